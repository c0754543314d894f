package dev.amalgam.io.model;

import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.weight.Weight;
import java.util.LinkedHashMap;
import java.util.Map;

/** Works out the gradient of every parameter, in float64, by plain loops. */
final class CollectedGradients implements GradientVisitor {

  private final Map<String, double[]> byName = new LinkedHashMap<>();

  Map<String, double[]> byName() {
    return byName;
  }

  private double[] of(Weight weight) {
    return byName.computeIfAbsent(
        weight.name(), name -> new double[(int) weight.whole().shape().elements()]);
  }

  @Override
  public void product(Weight weight, boolean inputsFirst, States x, States dy, int[] starts) {
    double[] gradient = of(weight);
    int first = (int) weight.firstElement();
    for (int row = 0; row < x.rows(); row++) {
      for (int out = 0; out < dy.width(); out++) {
        for (int in = 0; in < x.width(); in++) {
          int at = first + (inputsFirst ? in * dy.width() + out : out * x.width() + in);
          gradient[at] += (double) dy.data()[dy.at(row) + out] * x.data()[x.at(row) + in];
        }
      }
    }
  }

  @Override
  public void shift(Weight weight, States dy, int[] starts) {
    double[] gradient = of(weight);
    for (int row = 0; row < dy.rows(); row++) {
      for (int i = 0; i < dy.width(); i++) {
        gradient[i] += dy.data()[dy.at(row) + i];
      }
    }
  }

  @Override
  public void scale(Weight weight, States x, States dy, int[] starts) {
    double[] gradient = of(weight);
    for (int row = 0; row < dy.rows(); row++) {
      for (int i = 0; i < dy.width(); i++) {
        gradient[i] += (double) dy.data()[dy.at(row) + i] * x.data()[x.at(row) + i];
      }
    }
  }

  @Override
  public void lookup(Weight weight, int[] indexes, States dy, int[] starts) {
    double[] gradient = of(weight);
    for (int row = 0; row < dy.rows(); row++) {
      for (int i = 0; i < dy.width(); i++) {
        gradient[indexes[row] * dy.width() + i] += dy.data()[dy.at(row) + i];
      }
    }
  }
}
