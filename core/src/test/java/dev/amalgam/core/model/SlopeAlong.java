package dev.amalgam.core.model;

import dev.amalgam.core.layer.GradientVisitor;
import dev.amalgam.core.layer.States;
import dev.amalgam.core.weight.Weight;

/** The derivative of a loss along a direction of one tensor: its gradient times the direction. */
final class SlopeAlong implements GradientVisitor {

  private final String tensor;
  private final float[] direction;
  private double slope;

  /** Starts at zero. */
  SlopeAlong(String tensor, float[] direction) {
    this.tensor = tensor;
    this.direction = direction;
  }

  double slope() {
    return slope;
  }

  @Override
  public void product(Weight weight, boolean inputsFirst, States x, States dy, int[] starts) {
    for (int row = 0; row < x.rows(); row++) {
      for (int i = 0; i < x.width() * dy.width(); i++) {
        int in = inputsFirst ? i / dy.width() : i % x.width();
        int out = inputsFirst ? i % dy.width() : i / x.width();
        add(weight, i, (double) dy.data()[dy.at(row) + out] * x.data()[x.at(row) + in]);
      }
    }
  }

  @Override
  public void shift(Weight weight, States dy, int[] starts) {
    for (int row = 0; row < dy.rows(); row++) {
      for (int i = 0; i < dy.width(); i++) {
        add(weight, i, dy.data()[dy.at(row) + i]);
      }
    }
  }

  @Override
  public void scale(Weight weight, States x, States dy, int[] starts) {
    for (int row = 0; row < dy.rows(); row++) {
      for (int i = 0; i < dy.width(); i++) {
        add(weight, i, (double) dy.data()[dy.at(row) + i] * x.data()[x.at(row) + i]);
      }
    }
  }

  @Override
  public void lookup(Weight weight, int[] indexes, States dy, int[] starts) {
    for (int row = 0; row < dy.rows(); row++) {
      for (int i = 0; i < dy.width(); i++) {
        add(weight, indexes[row] * dy.width() + i, dy.data()[dy.at(row) + i]);
      }
    }
  }

  private void add(Weight weight, int at, double gradient) {
    if (weight.name().equals(tensor)) {
      slope += gradient * direction[at];
    }
  }
}
