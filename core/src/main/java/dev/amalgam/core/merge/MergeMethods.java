package dev.amalgam.core.merge;

import dev.amalgam.core.NearestWord;
import dev.amalgam.core.recipe.RecipeException;
import java.util.List;

/** The merge methods that recipes can name. */
public final class MergeMethods {

  private static final List<MergeMethod> ALL =
      List.of(
          new Apl(),
          new Linear(),
          new TaskArithmetic(),
          new Ties(),
          new DareLinear(),
          new DareTies(),
          new Della(),
          new DellaLinear(),
          new Breadcrumbs(),
          new BreadcrumbsTies(),
          new Slerp(),
          new NuSlerp(),
          new MultiSlerp(),
          new Karcher(),
          new ModelStock(),
          new Sce(),
          new NearSwap(),
          new ArceeFusion(),
          new Ram(),
          new RamPlus(),
          new Fisher(),
          new RegMean(),
          new Passthrough());

  private MergeMethods() {}

  /** Returns every method. */
  public static List<MergeMethod> all() {
    return ALL;
  }

  /**
   * Returns the method of this name.
   *
   * @throws RecipeException if there is none; the message names the known ones
   */
  public static MergeMethod named(String name) {
    return ALL.stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new RecipeException(
                    "merge_method "
                        + RecipeException.quote(name)
                        + " is not known; "
                        + NearestWord.advice(name, ALL.stream().map(MergeMethod::name).toList())));
  }
}
