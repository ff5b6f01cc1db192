package dev.parley.doctor;

import java.util.List;

import jakarta.inject.Singleton;

import dev.parley.attachment.preview.Programs;
import dev.parley.doctor.Check.Finding;
import dev.parley.doctor.Check.State;

/** Whether the programs that read other people's files are kept from the network. */
@Singleton
class PreviewChecks implements Checks {

    private final Programs programs;

    PreviewChecks(Programs programs) {
        this.programs = programs;
    }

    @Override
    public List<Check> run() {
        return List.of(Check.of("previews", this::isolation));
    }

    private Finding isolation() {
        if (programs.possible().isEmpty()) {
            return new Finding(State.OK, "No previews are made.");
        }
        return programs.isolated()
                ? new Finding(State.OK, "The programs that make previews have no network.")
                : new Finding(State.WARNING, "The programs that make previews can reach the network: permit user namespaces, "
                        + "or set parley.previews.enabled=false.");
    }
}
