package dev.amalgam.job.report;

import java.util.List;

/** HTML under construction: all text is escaped on its way in. */
final class Html {

  private static final int MOST_IN_NARROW_PAGES = 4;
  private static final int LONG = 24;

  private final StringBuilder out = new StringBuilder();

  /** Returns text that stands for itself in HTML, in elements and quoted attributes. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }

  /** Appends a tag, which must not come from a file. */
  Html tag(String tag) {
    out.append('<').append(tag).append('>');
    return this;
  }

  /** Appends text. */
  Html text(String text) {
    out.append(escape(text));
    return this;
  }

  /** Appends an element that holds text. */
  Html element(String name, String text) {
    return tag(name).text(text).tag("/" + name);
  }

  /** Appends a line feed. */
  Html line() {
    out.append('\n');
    return this;
  }

  /** Appends names whose colours tell what is what; nothing if there are none. */
  Html legend(List<String> names) {
    if (!names.isEmpty()) {
      tag("ul class=\"legend\"");
      names.forEach(name -> element("li", name));
      tag("/ul").line();
    }
    return this;
  }

  /** Appends a table; where the page is narrow, one of many columns becomes a list. */
  Html table(Section.Table table) {
    tag(table.open() ? "details open" : "details").element("summary", table.caption()).line();
    tag("div class=\"scroll\"")
        .tag(table.head().size() > MOST_IN_NARROW_PAGES ? "table class=\"stack\"" : "table")
        .tag("thead")
        .tag("tr");
    table.head().forEach(cell -> element("th", cell));
    tag("/tr").tag("/thead").line().tag("tbody").line();
    for (List<String> row : table.rows()) {
      tag("tr");
      for (int i = 0; i < row.size(); i++) {
        if (i == 0) {
          tag("th scope=\"row\"").text(row.get(i)).tag("/th");
        } else {
          cell(table.head().get(i), row.get(i));
        }
      }
      tag("/tr").line();
    }
    return tag("/tbody").tag("/table").tag("/div").tag("/details").line();
  }

  private void cell(String column, String text) {
    String kind = text.length() > LONG ? " class=\"long\"" : "";
    out.append("<td").append(kind).append(" data-label=\"");
    out.append(escape(column)).append("\">");
    text(text).tag("/td");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
