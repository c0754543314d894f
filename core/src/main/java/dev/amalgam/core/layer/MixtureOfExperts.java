package dev.amalgam.core.layer;

import dev.amalgam.core.kernel.Elementwise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The sum of what some of many layers make of each row, times weights (Shazeer et al., arXiv
 * 1701.06538). Only the layers that a row chooses work on it, and the weights of one that no row
 * chooses are not read. The rows of an expert go through it together; sums of a row run over its
 * experts in the order of their numbers, and of gradients in the opposite one, so that no bit
 * depends on the other rows.
 *
 * @param router who chooses
 * @param experts the layers, all of one width of input and output
 */
public record MixtureOfExperts(Router router, List<Layer> experts) implements Layer {

  /** Copies the list. */
  public MixtureOfExperts {
    experts = List.copyOf(experts);
  }

  @Override
  public void parameters(ParameterVisitor.Module module, ParameterVisitor visitor) {
    router.map().parameters(ParameterVisitor.Module.MLP, visitor);
    experts.forEach(expert -> expert.parameters(ParameterVisitor.Module.MLP, visitor));
  }

  @Override
  public void inputs(InputVisitor visitor) {
    router.map().inputs(visitor);
    experts.forEach(expert -> expert.inputs(visitor));
  }

  /**
   * What one expert did.
   *
   * @param choices the numbers of the choices of it
   * @param rows the rows that made them, ascending
   * @param output what it made of them
   */
  private record Part(int[] choices, int[] rows, Output output) {}

  @Override
  public Output forward(States x, Pass pass) {
    Router.Routed routed = router.forward(x, pass);
    Routes routes = routed.routes();
    pass.engine().experts().add(router.map().weight().name(), experts.size(), routes);
    States y = pass.zeros(x.rows(), x.width());
    int[][] choices = routes.choices(experts.size());
    Deque<Part> parts = new ArrayDeque<>();
    for (int expert = 0; expert < choices.length; expert++) {
      if (choices[expert].length == 0) {
        continue;
      }
      int mark = pass.engine().memory().mark();
      Part part = run(expert, choices[expert], x, routes.perToken(), pass);
      addTo(y, part.rows(), weighted(part.output().states(), part, routes, pass), pass);
      if (pass.recording()) {
        parts.push(part);
      } else {
        pass.engine().memory().release(mark);
      }
    }
    return pass.output(
        y,
        (dy, visitor) -> {
          float[] dWeights = new float[routes.weights().length];
          States dx = pass.zeros(x.rows(), x.width());
          while (!parts.isEmpty()) {
            int mark = pass.engine().memory().mark();
            Part part = parts.pop();
            States gradient = gathered(dy, part.rows(), pass);
            dotRows(gradient, part, dWeights, pass);
            States weighted = weighted(gradient, part, routes, pass);
            addTo(dx, part.rows(), part.output().backward().apply(weighted, visitor), pass);
            pass.engine().memory().release(mark);
          }
          States dRouter = routed.backward().apply(dWeights, visitor);
          return Parallel.sum(List.of(dx, dRouter), pass);
        });
  }

  private Part run(int expert, int[] choices, States x, int perToken, Pass pass) {
    int[] rows = new int[choices.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = choices[i] / perToken;
    }
    Output output = experts.get(expert).forward(gathered(x, rows, pass), pass.withRows(rows));
    return new Part(choices, rows, output);
  }

  private static States gathered(States x, int[] rows, Pass pass) {
    States gathered = pass.states(rows.length, x.width());
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(x.data(), x.at(rows[row]), gathered.data(), gathered.at(row), x.width());
    }
    return gathered;
  }

  /** Returns an expert's rows, each times the weight of the choice. */
  private static States weighted(States states, Part part, Routes routes, Pass pass) {
    States weighted = pass.states(states.rows(), states.width());
    pass.overRows(
        states.rows(),
        states.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            float weight = routes.weights()[part.choices()[row]];
            for (int i = 0; i < states.width(); i++) {
              weighted.data()[weighted.at(row) + i] = weight * states.data()[states.at(row) + i];
            }
          }
        });
    return weighted;
  }

  private static void addTo(States sums, int[] rows, States part, Pass pass) {
    pass.overRows(
        part.rows(),
        part.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            Elementwise.add(
                sums.data(), sums.at(rows[row]), part.data(), part.at(row), part.width());
          }
        });
  }

  /** Writes the gradients of an expert's weights: float64 sums in ascending order. */
  private static void dotRows(States gradient, Part part, float[] dWeights, Pass pass) {
    States y = part.output().states();
    pass.overRows(
        y.rows(),
        y.width(),
        (scratch, from, to) -> {
          for (int row = from; row < to; row++) {
            double sum = 0;
            for (int i = 0; i < y.width(); i++) {
              sum += (double) gradient.data()[gradient.at(row) + i] * y.data()[y.at(row) + i];
            }
            dWeights[part.choices()[row]] = (float) sum;
          }
        });
  }
}
