package dev.amalgam.io.json;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Changes to a text, of which everything else stays as it was written. */
public final class TextEdits {

  private record Edit(int start, int end, String text) {}

  private final List<Edit> edits = new ArrayList<>();

  /** Replaces what stands from {@code start} to before {@code end}; edits must not overlap. */
  public void replace(int start, int end, String text) {
    edits.add(new Edit(start, end, text));
  }

  /** Puts something in front of what stands at a place. */
  public void insert(int at, String text) {
    edits.add(new Edit(at, at, text));
  }

  /** Returns whether there is nothing to change. */
  public boolean isEmpty() {
    return edits.isEmpty();
  }

  /** Returns the changed text. */
  public String of(String text) {
    edits.sort(Comparator.comparingInt(Edit::start));
    StringBuilder edited = new StringBuilder();
    int done = 0;
    for (Edit edit : edits) {
      edited.append(text, done, edit.start()).append(edit.text());
      done = edit.end();
    }
    return edited.append(text, done, text.length()).toString();
  }
}
