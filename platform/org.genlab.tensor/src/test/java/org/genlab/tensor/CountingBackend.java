package org.genlab.tensor;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;
import org.genlab.tensor.backend.Backend;
import org.genlab.tensor.backend.Buffer;

/** A backend that tells which buffers are freed. */
final class CountingBackend {
  private CountingBackend() {}

  static Backend of(Backend real, Consumer<Buffer> onFree) {
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("free")) {
                onFree.accept((Buffer) arguments[0]);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
