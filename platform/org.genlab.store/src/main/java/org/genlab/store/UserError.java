package org.genlab.store;

/**
 * Something the user can put right: bad input, a full disk, a missing device. The message is one
 * clear sentence that says what, where and what would be right; the command line prints it without
 * a stack trace and exits with code 2.
 */
public class UserError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserError(String sentence) {
    super(sentence);
  }

  public UserError(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
