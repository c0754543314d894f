package dev.amalgam.core.matrix;

import dev.amalgam.core.kernel.MatrixKernels;
import dev.amalgam.core.parallel.Workers;

/**
 * The product of some rows of A with B, in blocks. The loops are those of Goto and van de Geijn,
 * "Anatomy of high-performance matrix multiplication" (TOMS 2008), but for A, which is packed
 * before they start.
 */
final class BlockedProduct {

  /** Where the product goes. */
  record Target(float[] c, int offset, int stride, boolean accumulate) {}

  private final Workers<Scratch> workers;
  private final boolean shares;
  private final SharedPanels shared;
  private final Matrix a;
  private final int row;
  private final Matrix b;
  private final Target target;
  private final Panels left;
  private final AlignedRoom leftRoom;
  private final int tileColumns;

  /**
   * Prepares a product.
   *
   * @param shares whether it is worth more than one worker
   * @param row the first row of A
   * @param rows how many of them
   * @param b B transposed, so that its rows are the columns of the product
   */
  BlockedProduct(
      Workers<Scratch> workers,
      boolean shares,
      SharedPanels shared,
      Matrix a,
      int row,
      int rows,
      Matrix b,
      Target target) {
    this.workers = workers;
    this.shares = shares && workers.count() > 1;
    this.shared = shared;
    this.a = a;
    this.row = row;
    this.b = b;
    this.target = target;
    MatrixKernels kernels = workers.first().kernels().matrix();
    left = new Panels(rows, a.columns(), kernels.tileRows());
    leftRoom = shared.left(left.leftSize());
    tileColumns = kernels.tileColumns();
  }

  /** Works the product out. */
  void run() {
    packLeft();
    switch (b) {
      case DenseMatrix dense -> stripesOf(dense);
      case WeightMatrix weight when !weight.isTransposed() -> stripesOf(weight);
      case WeightMatrix weight -> blocksOf(weight);
    }
  }

  private void packLeft() {
    switch (a) {
      case DenseMatrix dense ->
          share(
              left.lines(),
              Blocking.packedLines(left.width()),
              (scratch, from, count) -> {
                for (int block = 0; block < left.blocks(); block++) {
                  int depth = left.depthOf(block);
                  int at = leftRoom.start() + left.leftAt(block, from);
                  scratch
                      .packing()
                      .packLeft(
                          dense, row + from, count, left.start(block), depth, leftRoom.data(), at);
                }
              });
      case WeightMatrix weight when !weight.isTransposed() ->
          share(
              left.lines(),
              Blocking.packedLines(left.width()),
              (scratch, from, count) ->
                  scratch.packing().packLeft(weight, row + from, count, left, from, leftRoom));
      case WeightMatrix weight -> {
        for (int i = 0; i < left.blocks(); i++) {
          int block = i;
          share(
              left.depthOf(block),
              Blocking.packedDepths(left.depthOf(block), workerCount()),
              (scratch, from, count) ->
                  scratch
                      .packing()
                      .packLeftAcross(weight, row, block, from, count, left, leftRoom));
        }
      }
    }
  }

  /** B is in memory: each worker packs a block of a stripe at a time. */
  private void stripesOf(DenseMatrix dense) {
    shareColumns(
        (scratch, from, count) -> {
          for (int block = 0; block < left.blocks(); block++) {
            int depth = left.depthOf(block);
            AlignedRoom packed = scratch.right(new Panels(count, depth, tileColumns));
            scratch.packing().packRight(dense, from, count, left.start(block), depth, packed, 0);
            multiply(scratch, block, packed, 0, from, count);
          }
        });
  }

  /** The columns of B are rows of a weight: each worker reads and packs those of a stripe. */
  private void stripesOf(WeightMatrix weight) {
    shareColumns(
        (scratch, from, count) -> {
          Panels panels = new Panels(count, left.depth(), tileColumns);
          AlignedRoom packed = scratch.right(panels);
          scratch.packing().packRight(weight, from, panels, packed);
          for (int block = 0; block < left.blocks(); block++) {
            multiply(scratch, block, packed, panels.rightAt(block, 0), from, count);
          }
        });
  }

  /** The rows of B are rows of a weight: workers read and pack a block of them together. */
  private void blocksOf(WeightMatrix weight) {
    Panels panels = new Panels(b.rows(), left.depth(), tileColumns);
    AlignedRoom packed =
        shared.right(new Panels(b.rows(), panels.depthOf(0), tileColumns).rightSize());
    for (int i = 0; i < left.blocks(); i++) {
      int block = i;
      int depth = left.depthOf(block);
      share(
          depth,
          Blocking.packedDepths(depth, workerCount()),
          (scratch, from, count) ->
              scratch.packing().packRightAcross(weight, block, from, count, panels, packed));
      shareColumns(
          (scratch, from, count) -> multiply(scratch, block, packed, from * depth, from, count));
    }
  }

  private void multiply(
      Scratch scratch, int block, AlignedRoom packed, int at, int from, int columns) {
    scratch
        .grid()
        .multiply(
            left.depthOf(block),
            leftRoom.data(),
            leftRoom.start() + left.leftAt(block, 0),
            left.lines(),
            packed.data(),
            packed.start() + at,
            columns,
            target.c(),
            target.offset() + from,
            target.stride(),
            target.accumulate() || block > 0);
  }

  private int workerCount() {
    return shares ? workers.count() : 1;
  }

  private void shareColumns(Range range) {
    share(b.rows(), Blocking.stripe(b.rows(), workerCount(), tileColumns), range);
  }

  private interface Range {
    void run(Scratch scratch, int from, int count);
  }

  private void share(int total, int length, Range range) {
    int pieces = Math.ceilDiv(total, length);
    if (shares) {
      workers.run(
          pieces,
          (scratch, i) -> range.run(scratch, i * length, Math.min(length, total - i * length)));
    } else {
      workers.run(
          1,
          (scratch, _) -> {
            for (int i = 0; i < pieces; i++) {
              range.run(scratch, i * length, Math.min(length, total - i * length));
            }
          });
    }
  }
}
