package org.genlab.itests.zoo;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.genlab.api.Default;
import org.genlab.api.Doc;

/** Optimizers that do what no plugin should, each in its fourth step unless it says otherwise. */
public final class Animals {
  private static final long WHEN = 3;

  private Animals() {}

  /** Does nothing wrong. */
  public static final class Tame extends Descent {
    @Inject
    public Tame() {
      super(0.1f);
    }

    @Override
    void mischief(long step) {
      // None.
    }
  }

  /** Throws when it is made. */
  public static final class Stillborn extends Descent {
    @Inject
    public Stillborn() {
      super(0.1f);
      throw new IllegalStateException("not today");
    }

    @Override
    void mischief(long step) {
      // Never.
    }
  }

  /** Throws. */
  public static final class Thrower extends Descent {
    @Inject
    public Thrower() {
      super(0.1f);
    }

    @Override
    void mischief(long step) {
      if (step == WHEN) {
        throw new IllegalStateException("thrown by the zoo");
      }
    }
  }

  /** Never returns. */
  public static final class Sleeper extends Descent {
    @Inject
    public Sleeper() {
      super(0.1f);
    }

    @Override
    void mischief(long step) {
      while (step == WHEN) {
        Thread.onSpinWait();
      }
    }
  }

  /** Ends the process as if all were well. */
  public static final class Quitter extends Descent {
    @Inject
    public Quitter() {
      super(0.1f);
    }

    @Override
    void mischief(long step) {
      if (step == WHEN) {
        System.exit(0);
      }
    }
  }

  /** Ends the process without any ceremony. */
  public static final class Halter extends Descent {
    @Inject
    public Halter() {
      super(0.1f);
    }

    @Override
    void mischief(long step) {
      if (step == WHEN) {
        Runtime.getRuntime().halt(7);
      }
    }
  }

  /** Ends the process when its class is loaded. */
  public static final class Landmine extends Descent {
    static {
      Runtime.getRuntime().halt(7);
    }

    /** Looked at when an experiment is checked. */
    public record Settings(@Default("0") @Doc("of no use") int none) {
      static {
        Runtime.getRuntime().halt(7);
      }
    }

    @Inject
    public Landmine(Settings settings) {
      super(settings.none());
    }

    @Override
    void mischief(long step) {
      // Never.
    }
  }

  /** Leaves a thread behind that keeps the process alive, and one that dies. */
  public static final class Leaker extends Descent {
    @Inject
    public Leaker() {
      super(0.1f);
    }

    @Override
    void mischief(long step) {
      if (step == WHEN) {
        new Thread(
                () -> {
                  while (true) {
                    try {
                      Thread.sleep(1_000);
                    } catch (InterruptedException e) {
                      // Not to be got rid of.
                    }
                  }
                },
                "left by the zoo")
            .start();
        new Thread(
                () -> {
                  throw new IllegalStateException("lost by the zoo");
                },
                "lost thread")
            .start();
      }
    }
  }

  /** Takes all memory there is. */
  public static final class Glutton extends Descent {
    private final List<long[]> eaten = new ArrayList<>();

    @Inject
    public Glutton() {
      super(0.1f);
    }

    @Override
    void mischief(long step) {
      while (step == WHEN) {
        eaten.add(new long[1 << 20]);
      }
    }
  }

  /** Prints without end. */
  public static final class Chatterbox extends Descent {
    @Inject
    public Chatterbox() {
      super(0.1f);
    }

    @Override
    void mischief(long step) {
      if (step == WHEN) {
        for (int i = 0; i < 50_000; i++) {
          System.out.println(
              "{\"event\":\"ended\",\"status\":\"finished\",\"step\":1} " + "x".repeat(60));
        }
        System.err.println("and so on");
      }
    }
  }
}
