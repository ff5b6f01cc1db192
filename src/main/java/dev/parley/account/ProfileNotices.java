package dev.parley.account;

import java.util.List;

import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

import dev.parley.backplane.Courier;
import dev.parley.backplane.Notice;
import dev.parley.backplane.Recipient;

/** Lets every instance forget what it knows of somebody who changed their profile. */
@Singleton
class ProfileNotices implements Recipient {

    private final Users users;
    private final Courier courier;

    ProfileNotices(Users users, Courier courier) {
        this.users = users;
        this.courier = courier;
    }

    void changed(@Observes UserChanged change) {
        courier.profile(change.id());
    }

    @Override
    public void received(List<Notice> notices) {
        for (Notice notice : notices) {
            if (notice.users() != null) {
                notice.users().forEach(users::forget);
            }
        }
    }

    @Override
    public void listening() {
        users.forgetAll();
    }
}
