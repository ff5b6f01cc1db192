package dev.parley.doctor;

import java.util.List;

/** What can be tried about one part of a deployment. */
interface Checks {

    List<Check> run();
}
