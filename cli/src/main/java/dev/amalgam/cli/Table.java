package dev.amalgam.cli;

import dev.amalgam.core.AmalgamException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of text in aligned columns; a heading that starts with {@code >} aligns to the right. */
final class Table {

  private final List<String[]> rows = new ArrayList<>();
  private final boolean[] right;
  private final int[] widths;

  Table(String... headings) {
    right = new boolean[headings.length];
    widths = new int[headings.length];
    String[] names = new String[headings.length];
    for (int i = 0; i < headings.length; i++) {
      right[i] = headings[i].startsWith(">");
      names[i] = right[i] ? headings[i].substring(1) : headings[i];
    }
    row(names);
  }

  void row(String... cells) {
    for (int i = 0; i < cells.length; i++) {
      widths[i] = Math.max(widths[i], cells[i].length());
    }
    rows.add(cells);
  }

  void print(PrintWriter out) {
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String blanks = " ".repeat(widths[i] - row[i].length());
        line.append(i == 0 ? "" : "  ");
        line.append(right[i] ? blanks + row[i] : row[i] + blanks);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** Returns a text from a file without what could disturb a terminal. */
  static String plain(String text) {
    String quoted = AmalgamException.quote(text);
    return quoted.substring(1, quoted.length() - 1);
  }
}
