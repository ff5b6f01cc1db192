package dev.parley.account;

/** Fired after the commit that changed a person's name, picture or rights, on the instance that changed it. */
public record UserChanged(long id) {
}
