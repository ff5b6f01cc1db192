package dev.parley.account;

/** What it takes to log in. */
record Credentials(String email, String password) {

    Credentials {
        email = EmailAddress.of(email);
        password = NewAccount.passwordWithinLimit("password", password);
    }

    // A record prints its fields, and this one must not reach a log.
    @Override
    public String toString() {
        return "Credentials";
    }
}
