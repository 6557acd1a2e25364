package org.genlab.cli.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.genlab.runtime.engine.StopSignal;

/**
 * Turns Ctrl-C and the TERM signal into a request to stop at the next step, as long as this is
 * open; a second Ctrl-C ends the process at once.
 *
 * <p>The classes for signals are in {@code sun.misc}, which the compiler does not show; they are
 * reached by reflection, and where they are missing signals end the process as usual.
 */
final class Interrupts implements AutoCloseable {
  /** The exit code of a process ended by Ctrl-C: 128 + SIGINT. */
  static final int INTERRUPTED = 130;

  /** The exit code of a process ended by TERM: 128 + SIGTERM. */
  static final int TERMINATED = 143;

  private final AtomicInteger exitCode = new AtomicInteger();
  private final StopSignal stop = new StopSignal();
  private final Runnable notice;
  private final Object handlerBefore;
  private final Object terminateBefore;

  private Interrupts(Runnable notice) {
    this.notice = notice;
    handlerBefore = handle("INT", INTERRUPTED);
    terminateBefore = handle("TERM", TERMINATED);
  }

  /**
   * Takes over the signals.
   *
   * @param notice is run once, when the first one comes
   */
  static Interrupts open(Runnable notice) {
    return new Interrupts(notice);
  }

  /** Lets a signal pass by for the rest of the life of this process. */
  static void ignore(String signal) {
    try {
      Class<?> type = ClassLoader.getSystemClassLoader().loadClass("sun.misc.SignalHandler");
      install(signal, type.getField("SIG_IGN").get(null));
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Where there are no signals to ignore there are none to fear.
    }
  }

  /** Becomes set at the first signal. */
  StopSignal stop() {
    return stop;
  }

  /** The exit code that tells which signal came; 0 when none did. */
  int exitCode() {
    return exitCode.get();
  }

  private void received(int code) {
    if (exitCode.compareAndSet(0, code)) {
      stop.request();
      notice.run();
    } else if (code == INTERRUPTED) {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
  }

  /** Installs a handler and returns the one before; null when that is not possible. */
  private Object handle(String signal, int code) {
    InvocationHandler invocation =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "handle" -> {
                received(code);
                yield null;
              }
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              default -> "handler of " + signal;
            };
    try {
      ClassLoader loader = ClassLoader.getSystemClassLoader();
      Class<?> type = loader.loadClass("sun.misc.SignalHandler");
      return install(signal, Proxy.newProxyInstance(loader, new Class<?>[] {type}, invocation));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }

  private static Object install(String signal, Object handler) throws ReflectiveOperationException {
    ClassLoader loader = ClassLoader.getSystemClassLoader();
    Class<?> type = loader.loadClass("sun.misc.Signal");
    return type.getMethod("handle", type, loader.loadClass("sun.misc.SignalHandler"))
        .invoke(null, type.getConstructor(String.class).newInstance(signal), handler);
  }

  @Override
  public void close() {
    restore("INT", handlerBefore);
    restore("TERM", terminateBefore);
  }

  private static void restore(String signal, Object handler) {
    if (handler != null) {
      try {
        install(signal, handler);
      } catch (ReflectiveOperationException | RuntimeException e) {
        throw new IllegalStateException("the handler of " + signal + " cannot be restored", e);
      }
    }
  }
}
