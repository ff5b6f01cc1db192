package dev.parley.account;

/**
 * What it takes to change one's password.
 *
 * @param password the new one, as {@link NewAccount} has it
 */
record PasswordChange(String currentPassword, String password) {

    PasswordChange {
        currentPassword = NewAccount.passwordWithinLimit("current_password", currentPassword);
        password = NewAccount.newPassword(password);
    }

    // A record prints its fields, and this one must not reach a log.
    @Override
    public String toString() {
        return "PasswordChange";
    }
}
