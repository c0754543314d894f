package dev.amalgam.bench.study;

import dev.amalgam.core.tensor.Shape;
import dev.amalgam.core.weight.ReadBuffer;
import dev.amalgam.core.weight.Weight;
import dev.amalgam.core.weight.Weights;

/** What is done to importance, to see whether it is importance that helps. */
enum Control {
  /** Nothing. */
  NONE {
    @Override
    float value(Weight weight, long at, float[] all) {
      return all[(int) at];
    }
  },
  /** Each tensor's scores in another order. */
  SHUFFLED {
    @Override
    float value(Weight weight, long at, float[] all) {
      // A step that has no factor in common with the length visits every entry once.
      long step = all.length * 61803L / 100000 | 1;
      while (gcd(step, all.length) != 1) {
        step += 2;
      }
      return all[(int) ((at * step + 7) % all.length)];
    }
  },
  /** The most important is the least. */
  REVERSED {
    @Override
    float value(Weight weight, long at, float[] all) {
      return 1 / (all[(int) at] + 1e-12f);
    }
  },
  /** All the same. */
  EQUAL {
    @Override
    float value(Weight weight, long at, float[] all) {
      return 1;
    }
  };

  abstract float value(Weight weight, long at, float[] all);

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** Returns scores as this control has them. */
  Weights of(Weights scores) {
    return this == NONE ? scores : scores.mapped((_, weight) -> new Controlled(weight, this));
  }

  private record Controlled(Weight weight, Control control) implements Weight {
    @Override
    public String name() {
      return weight.name();
    }

    @Override
    public Shape shape() {
      return weight.shape();
    }

    @Override
    public void read(long from, int count, float[] target, int at, ReadBuffer buffer) {
      float[] all = new float[(int) weight.shape().elements()];
      weight.read(0, all.length, all, 0, buffer);
      for (int i = 0; i < count; i++) {
        target[at + i] = control.value(weight, from + i, all);
      }
    }
  }
}
