package dev.amalgam.core.merge;

import dev.amalgam.core.ExtensionException;
import dev.amalgam.core.Extensions;
import dev.amalgam.core.recipe.RecipeException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * The merge methods that recipes can name: those of this package, and those that other jars provide
 * as services.
 */
public final class MergeMethods {

  private static final List<MergeMethod> BUILT_IN =
      List.of(
          new Apl(),
          new Linear(),
          new TaskArithmetic(),
          new Ties(),
          new Dare(false),
          new Dare(true),
          new Della(true),
          new Della(false),
          new Breadcrumbs(false),
          new Breadcrumbs(true),
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
          new TsvM(),
          new IsoC(),
          new Wudi(),
          new Fisher(),
          new RegMean(),
          new Passthrough());

  private static final Extensions<MergeMethod> METHODS =
      new Extensions<>(
          "merge method",
          BUILT_IN,
          () -> ServiceLoader.load(MergeMethod.class),
          method -> Set.of(method.name()));

  private MergeMethods() {}

  /**
   * Returns every method, the built-in ones first.
   *
   * @throws ExtensionException if one of another jar cannot be made, or has the name of another
   */
  public static List<MergeMethod> all() {
    return METHODS.all();
  }

  /**
   * Returns the method of this name.
   *
   * @throws RecipeException if there is none; the message names the known ones
   * @throws ExtensionException as {@link #all}
   */
  public static MergeMethod named(String name) {
    return METHODS.named(
        name,
        advice ->
            new RecipeException(
                "merge_method " + RecipeException.quote(name) + " is not known; " + advice));
  }
}
