package org.genlab.papers.grokking;

import org.genlab.architectures.basic.Mlp;
import org.genlab.architectures.basic.TransformerDecoder;
import org.genlab.datasets.algorithmic.ModularArithmetic;
import org.genlab.datasets.algorithmic.PermutationComposition;
import org.genlab.metrics.basic.Accuracy;
import org.genlab.metrics.basic.GeneralizationGap;
import org.genlab.metrics.basic.Loss;
import org.genlab.metrics.basic.StepsToThreshold;
import org.genlab.metrics.basic.WeightNorm;
import org.genlab.optimizers.firstorder.Adam;
import org.genlab.optimizers.firstorder.AdamW;
import org.genlab.optimizers.firstorder.Sgd;
import org.genlab.procedures.basic.EmpiricalRiskMinimization;
import org.genlab.regularizers.basic.CrossEntropy;
import org.genlab.regularizers.basic.Dropout;
import org.genlab.regularizers.basic.LabelSmoothing;
import org.genlab.regularizers.basic.MeanSquaredError;
import org.genlab.regularizers.basic.SquaredNorm;
import org.genlab.regularizers.basic.UpdateNoise;
import org.genlab.runtime.plugins.ClassCatalog;

/** The plugins of the bundles that the study uses. */
final class Plugins {
  static final ClassCatalog ALL =
      ClassCatalog.of(
          ModularArithmetic.class,
          PermutationComposition.class,
          TransformerDecoder.class,
          Mlp.class,
          Sgd.class,
          Adam.class,
          AdamW.class,
          CrossEntropy.class,
          MeanSquaredError.class,
          SquaredNorm.class,
          Dropout.class,
          LabelSmoothing.class,
          UpdateNoise.class,
          Loss.class,
          Accuracy.class,
          GeneralizationGap.class,
          WeightNorm.class,
          StepsToThreshold.class,
          EmpiricalRiskMinimization.class);

  private Plugins() {}
}
