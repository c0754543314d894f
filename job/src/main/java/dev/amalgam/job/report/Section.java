package dev.amalgam.job.report;

import java.util.List;

/**
 * A part of the page.
 *
 * @param id its anchor
 * @param title its heading
 * @param text paragraphs that explain it
 * @param charts drawn where scripts run
 * @param tables the same and more in numbers
 */
record Section(String id, String title, List<String> text, List<Chart> charts, List<Table> tables) {

  /**
   * A table.
   *
   * @param caption what it shows
   * @param open whether it is shown at once rather than behind its caption
   * @param head the names of the columns
   * @param rows the cells
   */
  record Table(String caption, boolean open, List<String> head, List<List<String>> rows) {}
}
