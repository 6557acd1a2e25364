package org.genlab.cli.internal;

import java.util.Map;
import java.util.function.ToIntFunction;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;

/** Offers the command line to the launcher: arguments in, exit code out. */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class Activator implements BundleActivator {
  @Override
  public void start(BundleContext context) {
    ToIntFunction<String[]> commandLine =
        arguments -> Genlab.run(new ContainerLab(context), Terminal.ofProcess(), arguments);
    context.registerService(
        ToIntFunction.class.getName(),
        commandLine,
        FrameworkUtil.asDictionary(Map.of("genlab.main", true)));
  }

  @Override
  public void stop(BundleContext context) {
    // The framework withdraws the service.
  }
}
