package org.genlab.tck;

import java.nio.file.Path;
import java.util.List;
import org.genlab.api.data.Dataset;
import org.genlab.api.evaluation.Analysis;
import org.genlab.api.evaluation.Metric;
import org.genlab.api.model.Architecture;
import org.genlab.api.training.Optimizer;
import org.genlab.api.training.Procedure;
import org.genlab.api.training.Regularizer;
import org.genlab.tck.internal.JarPlugin;

/** The suites for plugins of built jars, see {@link JarCheck}. */
final class JarSuites {
  private JarSuites() {}

  /** The suite of a kind. */
  static Class<?> of(String kind) {
    return switch (kind) {
      case "dataset" -> OfDataset.class;
      case "architecture" -> OfArchitecture.class;
      case "optimizer" -> OfOptimizer.class;
      case "regularizer" -> OfRegularizer.class;
      case "metric" -> OfMetric.class;
      case "procedure" -> OfProcedure.class;
      case "analysis" -> OfAnalysis.class;
      default -> throw new IllegalArgumentException("no kind of plugin: " + kind);
    };
  }

  static final class OfDataset extends DatasetSuite {
    OfDataset() {
      super(JarPlugin.current().type().asSubclass(Dataset.class));
    }

    @Override
    protected List<String> settings() {
      return JarPlugin.current().settings();
    }

    @Override
    protected List<Class<?>> companions() {
      return JarPlugin.current().companions();
    }

    @Override
    protected Path bundle() {
      return JarPlugin.current().bundle();
    }
  }

  static final class OfArchitecture extends ArchitectureSuite {
    OfArchitecture() {
      super(JarPlugin.current().type().asSubclass(Architecture.class));
    }

    @Override
    protected List<String> settings() {
      return JarPlugin.current().settings();
    }

    @Override
    protected List<Class<?>> companions() {
      return JarPlugin.current().companions();
    }

    @Override
    protected Path bundle() {
      return JarPlugin.current().bundle();
    }
  }

  static final class OfOptimizer extends OptimizerSuite {
    OfOptimizer() {
      super(JarPlugin.current().type().asSubclass(Optimizer.class));
    }

    @Override
    protected List<String> settings() {
      return JarPlugin.current().settings();
    }

    @Override
    protected List<Class<?>> companions() {
      return JarPlugin.current().companions();
    }

    @Override
    protected Path bundle() {
      return JarPlugin.current().bundle();
    }
  }

  static final class OfRegularizer extends RegularizerSuite {
    OfRegularizer() {
      super(JarPlugin.current().type().asSubclass(Regularizer.class));
    }

    @Override
    protected List<String> settings() {
      return JarPlugin.current().settings();
    }

    @Override
    protected List<Class<?>> companions() {
      return JarPlugin.current().companions();
    }

    @Override
    protected Path bundle() {
      return JarPlugin.current().bundle();
    }
  }

  static final class OfMetric extends MetricSuite {
    OfMetric() {
      super(JarPlugin.current().type().asSubclass(Metric.class));
    }

    @Override
    protected List<String> settings() {
      return JarPlugin.current().settings();
    }

    @Override
    protected List<Class<?>> companions() {
      return JarPlugin.current().companions();
    }

    @Override
    protected Path bundle() {
      return JarPlugin.current().bundle();
    }
  }

  static final class OfProcedure extends ProcedureSuite {
    OfProcedure() {
      super(JarPlugin.current().type().asSubclass(Procedure.class));
    }

    @Override
    protected List<String> settings() {
      return JarPlugin.current().settings();
    }

    @Override
    protected List<Class<?>> companions() {
      return JarPlugin.current().companions();
    }

    @Override
    protected Path bundle() {
      return JarPlugin.current().bundle();
    }
  }

  static final class OfAnalysis extends AnalysisSuite {
    OfAnalysis() {
      super(JarPlugin.current().type().asSubclass(Analysis.class));
    }

    @Override
    protected List<String> settings() {
      return JarPlugin.current().settings();
    }

    @Override
    protected List<Class<?>> companions() {
      return JarPlugin.current().companions();
    }

    @Override
    protected Path bundle() {
      return JarPlugin.current().bundle();
    }
  }
}
