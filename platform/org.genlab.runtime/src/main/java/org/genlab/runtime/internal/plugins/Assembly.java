package org.genlab.runtime.internal.plugins;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.PrivateModule;
import com.google.inject.ProvisionException;
import com.google.inject.Scopes;
import com.google.inject.Stage;
import com.google.inject.name.Names;
import com.google.inject.spi.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.genlab.api.Kind;
import org.genlab.api.Randomness;
import org.genlab.api.RunInfo;
import org.genlab.api.SettingException;
import org.genlab.api.Slots;
import org.genlab.api.data.Dataset;
import org.genlab.runtime.plugins.HostServices;
import org.genlab.runtime.plugins.PluginException;
import org.genlab.store.UserError;

/**
 * The injector of one run. It has no parent: bindings that a child injector makes on demand land in
 * its parent, which then keeps the class loaders of plugins alive for ever. Each plugin stands in a
 * private module with what is its own, and exposes itself under its path.
 */
final class Assembly {
  private final Injector injector;

  Assembly(List<Part> parts, HostServices host) {
    List<Module> modules = new ArrayList<>();
    modules.add(new Strict());
    List<Part> all = parts.stream().flatMap(p -> p.all().stream()).toList();
    for (Part part : all) {
      modules.add(new PartModule(part, host));
    }
    try {
      injector = Guice.createInjector(Stage.DEVELOPMENT, modules);
    } catch (CreationException e) {
      throw new PluginException(
          culprit(all, e.getErrorMessages()) + " cannot be wired: " + first(e.getErrorMessages()),
          e);
    }
  }

  /** Makes a plugin, after the ones it wraps, so that a failure is known to be its own. */
  Object make(Part part) {
    part.wrapped().forEach(this::make);
    try {
      return injector.getInstance(part.key());
    } catch (ProvisionException e) {
      throw explain(part, e.getCause() == null ? e : e.getCause(), e);
    } catch (ConfigurationException e) {
      throw new PluginException(
          part.plugin() + " cannot be wired: " + first(e.getErrorMessages()), e);
    }
  }

  private static RuntimeException explain(Part part, Throwable cause, ProvisionException all) {
    if (cause instanceof SettingException problem) {
      return part.explain(problem);
    }
    if (cause instanceof UserError || cause instanceof PluginException) {
      return (RuntimeException) cause;
    }
    if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
      return new UserError(
          part.block().where() + ": " + part.owner() + " does not fit: " + cause.getMessage(),
          cause);
    }
    return new PluginException(
        part.plugin()
            + " failed at its construction: "
            + (cause == all ? first(all.getErrorMessages()) : cause),
        cause);
  }

  private static String culprit(List<Part> parts, Collection<Message> messages) {
    return parts.stream()
        .filter(
            p ->
                messages.stream()
                    .anyMatch(
                        m ->
                            m.getMessage().contains(p.plugin().className())
                                || m.getSource().contains(p.plugin().className())))
        .findFirst()
        .map(p -> p.plugin().toString())
        .orElse("a plugin");
  }

  /** Guice's messages run over many lines; the first is the sentence. */
  private static String first(Collection<Message> messages) {
    return messages.stream()
        .findFirst()
        .map(m -> m.getMessage().lines().findFirst().orElse(""))
        .orElse("no reason given");
  }

  private static final class Strict extends AbstractModule {
    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      binder().requireAtInjectOnConstructors();
      binder().requireExactBindingAnnotations();
      binder().disableCircularProxies();
    }
  }

  private static final class PartModule extends PrivateModule {
    private final Part part;
    private final HostServices host;

    PartModule(Part part, HostServices host) {
      this.part = part;
      this.host = host;
    }

    @Override
    protected void configure() {
      bind(Randomness.class).toProvider(() -> host.randomness(part.path()));
      bind(Slots.class).toProvider(() -> host.slots(part.path()));
      bind(RunInfo.class).toProvider(host::runInfo);
      if (!part.block().kind().equals(Kind.DATASET) && !part.block().kind().equals(Kind.ANALYSIS)) {
        bind(Dataset.class).to(Key.get(Dataset.class, Names.named(Kind.DATASET)));
      }
      part.settings().ifPresent(this::bindSettings);
      for (int i = 0; i < part.wrapped().size(); i++) {
        Part inner = part.wrapped().get(i);
        bind(Key.get(inner.key().getTypeLiteral(), part.shape().wrapped().get(i).annotation()))
            .to(inner.key());
      }
      bindPlugin();
      expose(part.key());
    }

    @SuppressWarnings("unchecked")
    private void bindSettings(Object settings) {
      bind((Class<Object>) settings.getClass()).toInstance(settings);
    }

    @SuppressWarnings("unchecked")
    private void bindPlugin() {
      Class<Object> type = (Class<Object>) part.shape().type();
      bind(type).in(Scopes.SINGLETON);
      bind(part.key()).to(type);
    }
  }
}
