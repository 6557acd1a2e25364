package org.genlab.provisioning.resolve;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.genlab.provisioning.bundles.BundleResource;
import org.genlab.provisioning.bundles.Content;
import org.genlab.provisioning.bundles.PluginFacts;
import org.genlab.provisioning.repository.Repository;
import org.genlab.provisioning.resolve.Plan.Action;
import org.genlab.provisioning.resolve.Plan.Step;
import org.genlab.runtime.config.Nearest;
import org.genlab.store.UserError;
import org.osgi.framework.Version;
import org.osgi.service.resolver.ResolutionException;
import org.osgi.service.resolver.Resolver;

/**
 * Plans changes of what is installed. What works today works afterwards, or the change is refused
 * with one sentence that says why.
 */
public final class Planner {
  private final Resolver resolver;
  private final Situation situation;
  private final Map<BundleResource, Repository> available;
  private final Resolution current;

  // What the steps so far have made of it.
  private final Set<BundleResource> removed = new LinkedHashSet<>();
  private final Map<BundleResource, Repository> added = new LinkedHashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * @param resolver of the container
   */
  public Planner(Resolver resolver, Situation situation) {
    this.resolver = resolver;
    this.situation = situation;
    available = situation.available();
    try {
      current =
          Resolution.of(
              resolver,
              new Universe(present(Set.of()), List.of()),
              List.of(),
              situation.installed().stream().map(Installed::bundle).toList(),
              List.of());
    } catch (ResolutionException e) {
      throw new IllegalStateException("nothing mandatory was asked for", e);
    }
  }

  /** How what is installed is wired today; without what cannot be used. */
  Resolution current() {
    return current;
  }

  /** Why bundles of today's installation cannot be used. */
  Reasons reasons() {
    return new Reasons(new Universe(present(Set.of()), List.of()), situation.platform());
  }

  // ---- what is there ----------------------------------------------------------------------------

  private List<BundleResource> present(Set<BundleResource> without) {
    List<BundleResource> present = new ArrayList<>(situation.platform());
    situation.installed().forEach(i -> present.add(i.bundle()));
    present.removeAll(removed);
    present.addAll(added.keySet());
    present.removeAll(without);
    return present;
  }

  private Universe universe(Set<BundleResource> without, Collection<BundleResource> given) {
    Set<BundleResource> more = new LinkedHashSet<>(given);
    more.addAll(available.keySet());
    more.removeAll(added.keySet());
    // What is replaced must not come back from a repository.
    more.removeIf(
        b ->
            without.contains(b)
                || (!given.contains(b) && without.stream().anyMatch(b::sameIdentity)));
    return new Universe(present(without), more);
  }

  /** What is used today, and must be usable after a change. */
  private List<BundleResource> healthy(Set<BundleResource> without) {
    List<BundleResource> healthy =
        new ArrayList<>(
            situation.installed().stream()
                .map(Installed::bundle)
                .filter(current.bundles()::contains)
                .toList());
    healthy.removeAll(removed);
    healthy.addAll(added.keySet());
    healthy.removeAll(without);
    return healthy;
  }

  private Optional<Repository> from(BundleResource bundle) {
    return situation.repositories().stream().filter(r -> r.bundles().contains(bundle)).findFirst();
  }

  // ---- installing -------------------------------------------------------------------------------

  /**
   * Plans an installation. Other versions of the same bundles stay beside it.
   *
   * @param wanted plugins or bundles to find in what is there and in the repositories
   * @param given bundles that were given as files
   * @throws UserError when it cannot be, with the reason
   */
  public Plan install(List<Wanted> wanted, List<BundleResource> given) {
    List<Wanted> all = new ArrayList<>(wanted);
    List<BundleResource> fresh = new ArrayList<>();
    for (BundleResource bundle : given) {
      Optional<Installed> same = sameIdentity(bundle);
      if (same.isEmpty()) {
        fresh.add(bundle);
      } else if (digest(bundle).equals(same.get().sha256())) {
        notes.add(bundle + " is installed already.");
      } else {
        throw new UserError(
            bundle
                + " is installed already with other content ("
                + same.get().file()
                + "); give what changed a new version, or replace it with 'genlab plugin"
                + " update'.");
      }
    }
    for (Wanted one : wanted) {
      checkKind(one);
      healthy(Set.of()).stream()
          .filter(one::isMetBy)
          .min(BundleResource.ORDER)
          .ifPresent(b -> notes.add(describe(one, b) + " is installed already."));
    }
    Set<BundleResource> excluded = new HashSet<>();
    Resolution resolution =
        choose(all, fresh, excluded, () -> explainInstall(all, fresh, excluded));
    record(resolution, all, fresh, excluded);
    wanted.forEach(one -> noteOlder(one, excluded));
    return finish();
  }

  /** Tells why an older version is installed than there is. */
  private void noteOlder(Wanted wanted, Set<BundleResource> excluded) {
    Optional<BundleResource> chosen =
        steps.stream().map(Step::bundle).filter(wanted::isMetBy).findFirst();
    if (chosen.isEmpty()) {
      return;
    }
    Reasons reasons = new Reasons(universe(excluded, List.of()), situation.platform());
    available.keySet().stream()
        .filter(wanted::isMetBy)
        .filter(b -> wanted.versionIn(b).compareTo(wanted.versionIn(chosen.get())) > 0)
        .sorted(BundleResource.ORDER)
        .flatMap(b -> reasons.failure(b).stream())
        .findFirst()
        .ifPresent(f -> notes.add(f.bundle() + " was not taken: " + reasons.clause(f) + "."));
  }

  private static String describe(Wanted wanted, BundleResource bundle) {
    return wanted.plugins(bundle).stream()
        .max(Comparator.comparing(PluginFacts::version))
        .map(p -> p.kind() + " '" + p.id() + "' " + p.version() + " (" + bundle + ")")
        .orElse(bundle.toString());
  }

  private Optional<Installed> sameIdentity(BundleResource bundle) {
    return situation.installed().stream().filter(i -> i.bundle().sameIdentity(bundle)).findFirst();
  }

  private static String digest(BundleResource bundle) {
    return bundle.content().map(Content::sha256).orElse("");
  }

  /** Refuses an id that plugins of several kinds have, because the wrong one would be installed. */
  private void checkKind(Wanted wanted) {
    if (wanted.isBundle() || wanted.kind().isPresent()) {
      return;
    }
    TreeSet<String> kinds = new TreeSet<>();
    universe(Set.of(), List.of())
        .bundles()
        .forEach(b -> wanted.plugins(b).forEach(p -> kinds.add(p.kind())));
    if (kinds.size() > 1) {
      throw new UserError(
          "'"
              + wanted.name()
              + "' is the id of "
              + kinds.stream()
                  .map(k -> article(k) + " " + k)
                  .collect(Collectors.joining(" and of "))
              + "; write "
              + kinds.stream()
                  .map(k -> new Wanted(Optional.of(k), wanted.name(), wanted.versions(), false))
                  .map(Wanted::toString)
                  .collect(Collectors.joining(" or "))
              + ".");
    }
  }

  private static String article(String noun) {
    return "aeiou".indexOf(noun.charAt(0)) >= 0 ? "an" : "a";
  }

  private interface Explanation {
    UserError explain();
  }

  /**
   * Resolves so that of each bundle of which there can be only one version, there is only one.
   *
   * @param excluded takes what is left out for that; what is installed of it is to be removed
   */
  private Resolution choose(
      List<Wanted> wanted,
      List<BundleResource> given,
      Set<BundleResource> excluded,
      Explanation explanation) {
    Resolution resolution;
    try {
      resolution = resolve(wanted, given, excluded);
    } catch (ResolutionException e) {
      throw sentence(explanation, e);
    }
    Optional<List<BundleResource>> pair = twoOfASingleton(resolution);
    while (pair.isPresent()) {
      Resolution next = null;
      // The newer one, if that is possible.
      for (BundleResource loser : List.of(pair.get().get(1), pair.get().get(0))) {
        if (situation.platform().contains(loser)
            || given.contains(loser)
            || situation.installed(loser).filter(i -> !i.owned()).isPresent()) {
          continue;
        }
        Set<BundleResource> trial = new HashSet<>(excluded);
        trial.add(loser);
        try {
          next = resolve(wanted, given, trial);
          excluded.add(loser);
          break;
        } catch (ResolutionException e) {
          // Perhaps with the other one.
        }
      }
      if (next == null) {
        throw singleton(resolution, pair.get());
      }
      resolution = next;
      pair = twoOfASingleton(resolution);
    }
    return resolution;
  }

  private Resolution resolve(
      List<Wanted> wanted, List<BundleResource> given, Set<BundleResource> excluded)
      throws ResolutionException {
    List<BundleResource> mandatory = new ArrayList<>(healthy(excluded));
    mandatory.addAll(given);
    return Resolution.of(resolver, universe(excluded, given), mandatory, List.of(), wanted);
  }

  private static Optional<List<BundleResource>> twoOfASingleton(Resolution resolution) {
    List<BundleResource> bundles =
        resolution.bundles().stream()
            .filter(BundleResource::isSingleton)
            .sorted(BundleResource.ORDER)
            .toList();
    for (int i = 1; i < bundles.size(); i++) {
      if (bundles.get(i).symbolicName().equals(bundles.get(i - 1).symbolicName())) {
        return Optional.of(List.of(bundles.get(i - 1), bundles.get(i)));
      }
    }
    return Optional.empty();
  }

  private UserError singleton(Resolution resolution, List<BundleResource> pair) {
    String uses =
        pair.stream()
            .map(
                b ->
                    resolution.usersOf(b).stream()
                        .findFirst()
                        .map(user -> user + " needs " + b)
                        .orElse(b + " is to be there"))
            .collect(Collectors.joining(" and "));
    return new UserError(
        uses
            + ", and only one version of "
            + pair.get(0).symbolicName()
            + " can be active at a time.");
  }

  /** Takes over what a resolution chose. */
  private void record(
      Resolution resolution,
      List<Wanted> wanted,
      List<BundleResource> given,
      Set<BundleResource> excluded) {
    List<BundleResource> fresh =
        resolution.bundles().stream()
            .filter(b -> !situation.platform().contains(b))
            .filter(b -> situation.installed(b).isEmpty() && !added.containsKey(b))
            .sorted(BundleResource.ORDER)
            .toList();
    for (BundleResource bundle : fresh) {
      boolean requested =
          given.contains(bundle) || wanted.stream().anyMatch(w -> w.isMetBy(bundle));
      Repository repository =
          from(bundle).orElseThrow(() -> new IllegalStateException(bundle + " is from nowhere"));
      Optional<Installed> old =
          situation.installed().stream()
              .filter(i -> excluded.contains(i.bundle()) && !removed.contains(i.bundle()))
              .filter(i -> i.bundle().symbolicName().equals(bundle.symbolicName()))
              .findFirst();
      String reason =
          requested
              ? ""
              : resolution.usersOf(bundle).stream()
                  .findFirst()
                  .map(user -> "needed by " + user)
                  .orElse("");
      steps.add(
          new Step(
              old.isPresent() ? Action.UPDATE : Action.INSTALL,
              bundle,
              Optional.of(repository),
              old,
              requested || old.filter(Installed::requested).isPresent(),
              reason));
      old.ifPresent(o -> removed.add(o.bundle()));
      for (Repository other : situation.contradicting(bundle, repository)) {
        notes.add(
            "the repositories "
                + repository.name()
                + " and "
                + other.name()
                + " have different files of "
                + bundle
                + "; that of "
                + repository.name()
                + " is taken.");
      }
    }
    fresh.forEach(b -> added.put(b, from(b).orElseThrow()));
    checkPlugins(fresh);
  }

  /** Refuses the same version of a plugin from two bundles: an experiment could not choose. */
  private void checkPlugins(List<BundleResource> fresh) {
    for (BundleResource bundle : fresh) {
      for (BundleResource other : healthy(Set.of())) {
        if (other.symbolicName().equals(bundle.symbolicName())) {
          continue;
        }
        for (PluginFacts plugin : bundle.plugins()) {
          for (PluginFacts theirs : other.plugins()) {
            if (plugin.kind().equals(theirs.kind())
                && plugin.id().equals(theirs.id())
                && plugin.version().equals(theirs.version())) {
              throw new UserError(
                  plugin.kind()
                      + " '"
                      + plugin.id()
                      + "' "
                      + plugin.version()
                      + " is both in "
                      + bundle
                      + " and in "
                      + other
                      + ", and an experiment could not tell which it means; remove one, or give"
                      + " one another id.");
            }
          }
        }
      }
    }
  }

  // ---- updating ---------------------------------------------------------------------------------

  /**
   * Plans updates to the newest versions there are. What cannot be updated is told in the notes.
   */
  public Plan updateAll() {
    Map<String, BundleResource> newest = new LinkedHashMap<>();
    situation.installed().stream()
        .filter(Installed::owned)
        .map(Installed::bundle)
        .sorted(BundleResource.ORDER)
        .forEach(b -> newest.putIfAbsent(b.symbolicName(), b));
    for (BundleResource old : newest.values()) {
      // An earlier step may have replaced it, or it may be no longer needed.
      if (removed.contains(old) || added.keySet().stream().anyMatch(b -> sameName(b, old))) {
        continue;
      }
      Wanted any = Wanted.exactly(old).inAnyVersion();
      List<BundleResource> newer = newer(any, old);
      if (newer.isEmpty()) {
        continue;
      }
      try {
        replace(old, newer, any);
      } catch (UserError e) {
        notes.add(old + " stays: " + e.getMessage());
      }
    }
    if (steps.isEmpty() && notes.isEmpty()) {
      notes.add("everything that is installed is the newest there is.");
    }
    return finish();
  }

  private static boolean sameName(BundleResource a, BundleResource b) {
    return a.symbolicName().equals(b.symbolicName());
  }

  /**
   * Plans updates: of what is installed, the newest version that fits is replaced by the newest
   * there is that fits.
   *
   * @param given bundles that were given as files; each replaces the newest of its name
   * @throws UserError when it cannot be, with the reason
   */
  public Plan update(List<Wanted> wanted, List<BundleResource> given) {
    for (BundleResource bundle : given) {
      Wanted any = Wanted.exactly(bundle).inAnyVersion();
      BundleResource old =
          sameIdentity(bundle)
              .map(Installed::bundle)
              .or(() -> installed(any).stream().findFirst())
              .orElseThrow(() -> notInstalled(any, "'genlab plugin install' installs it."));
      if (old.sameIdentity(bundle)
          && sameIdentity(bundle).orElseThrow().sha256().equals(digest(bundle))) {
        notes.add(bundle + " is installed already.");
      } else {
        replace(old, List.of(bundle), any);
      }
    }
    for (Wanted one : wanted) {
      Map<String, List<BundleResource>> names = new LinkedHashMap<>();
      installed(one.inAnyVersion())
          .forEach(b -> names.computeIfAbsent(b.symbolicName(), n -> new ArrayList<>()).add(b));
      if (names.isEmpty()) {
        throw notInstalled(one, "'genlab plugin install " + quoted(one) + "' installs it.");
      }
      names.values().forEach(versions -> update(one, versions));
    }
    return finish();
  }

  private void update(Wanted wanted, List<BundleResource> versions) {
    BundleResource old =
        versions.stream().filter(wanted::isMetBy).findFirst().orElse(versions.get(0));
    List<BundleResource> newer = newer(wanted, old);
    if (!newer.isEmpty()) {
      replace(old, newer, wanted);
      return;
    }
    boolean known = available.keySet().stream().anyMatch(b -> sameName(b, old));
    boolean offered =
        situation.repositories().stream()
            .flatMap(r -> r.bundles().stream())
            .anyMatch(b -> sameName(b, old));
    if (!wanted.isMetBy(old)) {
      throw notFound(wanted);
    }
    notes.add(
        describe(wanted, old)
            + (known || offered
                ? " is the newest there is"
                    + (wanted.anyVersion() ? "." : " that fits " + wanted.versions() + ".")
                : " stays: no repository has " + old.symbolicName() + "."));
  }

  /** Versions that are installed, the newest first. */
  private List<BundleResource> installed(Wanted wanted) {
    return situation.installed().stream()
        .map(Installed::bundle)
        .filter(b -> !removed.contains(b) && wanted.isMetBy(b))
        .sorted(BundleResource.ORDER)
        .toList();
  }

  private List<BundleResource> newer(Wanted wanted, BundleResource old) {
    return available.keySet().stream()
        .filter(b -> sameName(b, old) && b.version().compareTo(old.version()) > 0)
        .filter(wanted::isMetBy)
        .sorted(BundleResource.ORDER)
        .toList();
  }

  private UserError notInstalled(Wanted wanted, String advice) {
    List<String> names = new ArrayList<>();
    situation.installed().forEach(i -> i.bundle().plugins().forEach(p -> names.add(p.id())));
    situation.installed().forEach(i -> names.add(i.bundle().symbolicName()));
    return new UserError(
        wanted.words()
            + " is not installed; "
            + Nearest.of(wanted.name(), names)
                .map(n -> "did you mean '" + n + "'?")
                .orElse(advice));
  }

  /** Replaces a bundle by the first of others that can be. */
  private void replace(BundleResource old, List<BundleResource> by, Wanted wanted) {
    boolean owned = situation.installed(old).filter(Installed::owned).isPresent();
    UserError refusal = null;
    for (BundleResource next : by) {
      Set<BundleResource> excluded = new HashSet<>();
      if (owned) {
        excluded.add(old);
      } else if (next.sameIdentity(old)) {
        throw new UserError(
            old
                + " came with GenLab ("
                + situation.installed(old).orElseThrow().file()
                + ") and cannot be replaced; give yours a new version.");
      }
      try {
        Resolution resolution =
            choose(List.of(), List.of(next), excluded, () -> explainUpdate(old, next, excluded));
        if (refusal != null) {
          notes.add(by.get(0) + " was not taken: " + withoutStop(refusal.getMessage()) + ".");
        }
        if (!owned) {
          notes.add(old + " came with GenLab and stays beside the new version.");
        }
        record(resolution, List.of(wanted), List.of(next), excluded);
        return;
      } catch (UserError e) {
        refusal = refusal == null ? e : refusal;
      }
    }
    throw refusal;
  }

  private static String withoutStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  // ---- removing ---------------------------------------------------------------------------------

  /**
   * Plans a removal. What came only because it was needed goes too when nothing needs it any more.
   *
   * @throws UserError when it cannot be, with the reason
   */
  public Plan remove(List<Wanted> wanted) {
    Set<BundleResource> going = new LinkedHashSet<>();
    for (Wanted one : wanted) {
      checkKind(one);
      List<BundleResource> found = installed(one);
      if (found.isEmpty()) {
        List<BundleResource> others = installed(one.inAnyVersion());
        if (!others.isEmpty()) {
          throw new UserError(
              "no installed version of "
                  + one.words()
                  + " fits "
                  + one.versions()
                  + "; there is "
                  + versions(one.inAnyVersion(), others)
                  + ".");
        }
        throw notInstalled(one, "'genlab plugin list' shows what is.");
      }
      for (BundleResource bundle : found) {
        Installed installed = situation.installed(bundle).orElseThrow();
        if (!installed.owned()) {
          throw new UserError(
              bundle
                  + " was not installed with 'genlab plugin install', so it is not removed; it is"
                  + " the file "
                  + installed.file()
                  + ".");
        }
        going.add(bundle);
        others(one, bundle).ifPresent(notes::add);
      }
    }
    Universe left = new Universe(present(going), List.of());
    List<BundleResource> staying = healthy(going);
    try {
      Resolution.of(resolver, left, staying, List.of(), List.of());
    } catch (ResolutionException e) {
      throw explainRemoval(going, left, staying, e);
    }
    going.stream()
        .sorted(BundleResource.ORDER)
        .forEach(b -> steps.add(removal(situation.installed(b).orElseThrow(), true, "")));
    removed.addAll(going);
    return finish();
  }

  private static Optional<String> others(Wanted wanted, BundleResource bundle) {
    List<PluginFacts> others = new ArrayList<>(bundle.plugins());
    others.removeAll(wanted.plugins(bundle));
    return wanted.isBundle() || others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            bundle
                + " also has "
                + others.stream()
                    .map(p -> p.kind() + " '" + p.id() + "'")
                    .collect(Collectors.joining(", "))
                + ".");
  }

  private static Step removal(Installed installed, boolean requested, String reason) {
    return new Step(
        Action.REMOVE,
        installed.bundle(),
        Optional.empty(),
        Optional.of(installed),
        requested,
        reason);
  }

  private UserError explainRemoval(
      Set<BundleResource> going,
      Universe left,
      List<BundleResource> staying,
      ResolutionException e) {
    Reasons today = reasons();
    Reasons then = new Reasons(left, situation.platform());
    Set<String> needing = new LinkedHashSet<>();
    String fact = null;
    for (BundleResource bundle : staying) {
      Optional<Reasons.Failure> failure =
          today.failure(bundle).isPresent() ? Optional.empty() : then.failure(bundle);
      if (failure.isEmpty()) {
        continue;
      }
      needing.add(bundle.symbolicName());
      BundleResource needed =
          going.stream().filter(current.providersOf(bundle)::contains).findFirst().orElse(null);
      if (fact == null && needed != null) {
        fact =
            needed
                + " is needed by "
                + bundle
                + " (it needs "
                + Reasons.words(failure.get().causes().get(0).requirement())
                + ")";
      }
    }
    if (fact == null) {
      return unexplained("the removal", e);
    }
    Set<String> names = new LinkedHashSet<>(needing);
    going.forEach(b -> names.add(b.symbolicName()));
    return new UserError(
        fact
            + "; 'genlab plugin remove "
            + String.join(" ", names)
            + "' removes "
            + (names.size() == 2 ? "both." : "them all."));
  }

  // ---- the end ----------------------------------------------------------------------------------

  private Plan finish() {
    if (!steps.isEmpty()) {
      removeOrphans();
    }
    List<BundleResource> gone = removed.stream().filter(current.bundles()::contains).toList();
    Set<BundleResource> refreshed = new LinkedHashSet<>(current.closure(gone));
    for (BundleResource fragment : added.keySet()) {
      if (fragment.isFragment()) {
        // A host that is wired takes no further fragment.
        situation.installed().stream()
            .map(Installed::bundle)
            .filter(current.bundles()::contains)
            .filter(host -> isHostOf(host, fragment))
            .forEach(host -> refreshed.addAll(current.closure(List.of(host))));
      }
    }
    return new Plan(steps, refreshed.stream().sorted(BundleResource.ORDER).toList(), notes);
  }

  private static boolean isHostOf(BundleResource host, BundleResource fragment) {
    return fragment
        .getRequirements(org.osgi.framework.namespace.HostNamespace.HOST_NAMESPACE)
        .stream()
        .anyMatch(
            r ->
                host.getCapabilities(r.getNamespace()).stream()
                    .anyMatch(c -> BundleResource.matches(r, c)));
  }

  /** Removes what was installed only because something needed it, which nothing does any more. */
  private void removeOrphans() {
    List<BundleResource> staying = healthy(Set.of());
    Resolution then;
    try {
      then =
          Resolution.of(
              resolver, new Universe(present(Set.of()), List.of()), staying, List.of(), List.of());
    } catch (ResolutionException e) {
      throw unexplained("the change", e);
    }
    Set<BundleResource> reached = new LinkedHashSet<>();
    List<BundleResource> open =
        new ArrayList<>(staying.stream().filter(b -> !isAutomatic(b)).toList());
    while (!open.isEmpty()) {
      BundleResource next = open.remove(open.size() - 1);
      if (reached.add(next)) {
        open.addAll(then.providersOf(next));
        then.usersOf(next).stream().filter(BundleResource::isFragment).forEach(open::add);
      }
    }
    for (Installed installed : situation.installed()) {
      BundleResource bundle = installed.bundle();
      boolean wasUsed = !current.usersOf(bundle).isEmpty();
      if (isAutomatic(bundle)
          && wasUsed
          && !removed.contains(bundle)
          && staying.contains(bundle)
          && !reached.contains(bundle)) {
        steps.add(removal(installed, false, "needed no longer"));
        removed.add(bundle);
      }
    }
  }

  private boolean isAutomatic(BundleResource bundle) {
    Optional<Installed> installed = situation.installed(bundle);
    return installed.isPresent() && installed.get().owned() && !installed.get().requested();
  }

  // ---- explaining -------------------------------------------------------------------------------

  private static UserError sentence(Explanation explanation, ResolutionException e) {
    UserError error = explanation.explain();
    error.addSuppressed(e);
    return error;
  }

  private UserError explainInstall(
      List<Wanted> wanted, List<BundleResource> given, Set<BundleResource> excluded) {
    Universe universe = universe(excluded, given);
    Reasons reasons = new Reasons(universe, situation.platform());
    List<BundleResource> tried = new ArrayList<>(given);
    for (Wanted one : wanted) {
      List<BundleResource> fitting =
          universe.bundles().stream()
              .filter(one::isMetBy)
              .sorted(
                  Comparator.comparing(one::versionIn)
                      .thenComparing(BundleResource::version)
                      .reversed())
              .toList();
      if (fitting.isEmpty()) {
        return notFound(one);
      }
      if (fitting.stream().allMatch(b -> reasons.failure(b).isPresent())) {
        return new UserError(
            cannot(one.words(), reasons.failure(fitting.get(0)).orElseThrow(), reasons));
      }
      fitting.stream().filter(b -> reasons.failure(b).isEmpty()).findFirst().ifPresent(tried::add);
    }
    for (BundleResource bundle : given) {
      Optional<Reasons.Failure> failure = reasons.failure(bundle);
      if (failure.isPresent()) {
        return new UserError(cannot(bundle.toString(), failure.get(), reasons));
      }
    }
    return explainConflict(universe, tried);
  }

  private static String cannot(String what, Reasons.Failure failure, Reasons reasons) {
    return what + " cannot be installed: " + reasons.clause(failure) + ".";
  }

  private UserError explainUpdate(
      BundleResource old, BundleResource next, Set<BundleResource> excluded) {
    Universe universe = universe(excluded, List.of(next));
    Reasons reasons = new Reasons(universe, situation.platform());
    Optional<Reasons.Failure> own = reasons.failure(next);
    if (own.isPresent()) {
      return new UserError(cannot(next.toString(), own.get(), reasons));
    }
    for (BundleResource bundle : healthy(excluded)) {
      Optional<Reasons.Failure> failure = reasons.failure(bundle);
      if (failure.isPresent()) {
        return new UserError(
            "updating "
                + old.symbolicName()
                + " from "
                + old.version()
                + " to "
                + next.version()
                + " would break "
                + reasons.clause(failure.get()).replaceFirst(" needs ", ", which needs ")
                + "; 'genlab plugin install "
                + quoted(Wanted.exactly(next))
                + "' puts the new version beside the old one.");
      }
    }
    return explainConflict(universe, List.of(next));
  }

  /** When every requirement can be met, but not all of them at once. */
  private UserError explainConflict(Universe universe, List<BundleResource> tried) {
    for (BundleResource bundle : tried) {
      try {
        Resolution.of(resolver, universe, List.of(bundle), List.of(), List.of());
      } catch (ResolutionException e) {
        return Uses.explain(e.getMessage())
            .map(s -> new UserError(bundle + " cannot be installed: " + s))
            .orElseGet(() -> unexplained(bundle.toString(), e));
      }
    }
    for (BundleResource bundle : tried) {
      for (BundleResource other : healthy(Set.of())) {
        try {
          Resolution.of(resolver, universe, List.of(bundle, other), List.of(), List.of());
        } catch (ResolutionException e) {
          return new UserError(
              bundle
                  + " and "
                  + other
                  + " cannot be used together"
                  + Uses.explain(e.getMessage()).map(s -> ": " + s).orElse("."));
        }
      }
    }
    return new UserError(
        tried.stream().map(BundleResource::toString).collect(Collectors.joining(" and "))
            + " cannot be installed together with all that is installed already.");
  }

  private static UserError unexplained(String what, ResolutionException e) {
    return new UserError(
        what + " cannot be: " + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ".",
        e);
  }

  /** The sentence for what is nowhere, or not in a version that fits. */
  private UserError notFound(Wanted wanted) {
    Wanted any = wanted.inAnyVersion();
    List<BundleResource> others =
        universe(Set.of(), List.of()).bundles().stream()
            .filter(any::isMetBy)
            .filter(b -> !situation.platform().contains(b))
            .sorted(BundleResource.ORDER)
            .toList();
    if (!others.isEmpty()) {
      return new UserError(
          "no version of "
              + wanted.words()
              + " fits "
              + wanted.versions()
              + "; there is "
              + versions(any, others)
              + ".");
    }
    if (situation.repositories().isEmpty()) {
      return new UserError(
          wanted.words()
              + " is not installed, and no repository is known; 'genlab plugin repository add NAME"
              + " ADDRESS' adds one.");
    }
    String where =
        situation.repositories().size() == 1
            ? "the repository " + situation.repositories().get(0).name() + " does not have "
            : "none of the repositories "
                + situation.repositories().stream()
                    .map(Repository::name)
                    .collect(Collectors.joining(", "))
                + " has ";
    return new UserError(where + wanted.words() + hint(wanted));
  }

  private String hint(Wanted wanted) {
    Set<String> names = new TreeSet<>();
    for (BundleResource bundle : available.keySet()) {
      names.add(bundle.symbolicName());
      for (PluginFacts plugin : bundle.plugins()) {
        if (plugin.id().equals(wanted.name())) {
          return "; but there is "
              + article(plugin.kind())
              + " "
              + plugin.kind()
              + " '"
              + plugin.id()
              + "' (write "
              + plugin.kind()
              + "="
              + plugin.id()
              + ").";
        }
        if (wanted.kind().map(plugin.kind()::equals).orElse(true)) {
          names.add(plugin.id());
        }
      }
    }
    return Nearest.of(wanted.name(), names).map(n -> "; did you mean '" + n + "'?").orElse(".");
  }

  private String versions(Wanted any, List<BundleResource> bundles) {
    Map<Version, String> versions = new LinkedHashMap<>();
    bundles.stream()
        .sorted(Comparator.comparing(any::versionIn).reversed())
        .forEach(
            b ->
                versions.putIfAbsent(
                    any.versionIn(b),
                    Optional.ofNullable(available.get(b))
                        .map(r -> "in " + r.name())
                        .orElse("installed")));
    return versions.entrySet().stream()
        .map(e -> e.getKey() + " (" + e.getValue() + ")")
        .collect(Collectors.joining(", "));
  }

  private static String quoted(Wanted wanted) {
    String text =
        wanted.isBundle()
                && wanted.versions().isExact()
                && wanted.versions().getLeft().getQualifier().isEmpty()
            ? wanted.name() + "@" + wanted.versions().getLeft()
            : wanted.toString();
    return text.matches("[A-Za-z0-9.@=_-]*") ? text : "\"" + text + "\"";
  }
}
