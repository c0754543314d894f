package dev.amalgam.io.regex;

/** The same set as a {@link CodePointSet}, made for being asked often. */
final class CodePointTable {

  private final long[] bmp = new long[0x10000 >> 6];
  private final CodePointSet set;

  CodePointTable(CodePointSet set) {
    this.set = set;
    int[] bounds = set.bounds();
    for (int i = 0; i < bounds.length; i += 2) {
      for (int c = bounds[i]; c < Math.min(bounds[i + 1], 0x10000); c++) {
        bmp[c >> 6] |= 1L << c;
      }
    }
  }

  boolean has(int codePoint) {
    return codePoint < 0x10000 ? (bmp[codePoint >> 6] >>> codePoint & 1) != 0 : set.has(codePoint);
  }
}
