package dev.amalgam.io.tokenizer;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** Strings with a number each, for finding those that a text begins with. */
final class CharTrie {

  static final int ROOT = 0;
  static final int NONE = -1;

  // Differs from trie to trie, so that no file can be made whose nodes all collide.
  private final long seed = ThreadLocalRandom.current().nextLong();
  private long[] edges = new long[1 << 10];
  private int[] targets = new int[1 << 10];
  private int[] values = new int[1 << 9];
  private int nodes = 1;

  CharTrie() {
    Arrays.fill(edges, NONE);
    Arrays.fill(values, NONE);
  }

  /** Adds a string, or gives it another number. */
  void put(CharSequence text, int value) {
    int node = ROOT;
    for (int i = 0; i < text.length(); i++) {
      node = grow(node, text.charAt(i));
    }
    values[node] = value;
  }

  /** Returns the node that {@code character} leads to, or {@link #NONE}. */
  int step(int node, char character) {
    long edge = edge(node, character);
    int at = find(edge);
    return edges[at] == edge ? targets[at] : NONE;
  }

  /** Returns the node that {@code text} leads to from the root, or {@link #NONE}. */
  int walk(CharSequence text) {
    int node = ROOT;
    for (int i = 0; i < text.length() && node != NONE; i++) {
      node = step(node, text.charAt(i));
    }
    return node;
  }

  /** Returns the number of the string that ends at a node, or {@link #NONE}. */
  int value(int node) {
    return values[node];
  }

  private int grow(int node, char character) {
    long edge = edge(node, character);
    int at = find(edge);
    if (edges[at] == edge) {
      return targets[at];
    }
    if (2 * nodes > edges.length) {
      enlarge();
      at = find(edge);
    }
    if (nodes == values.length) {
      values = Arrays.copyOf(values, 2 * nodes);
      Arrays.fill(values, nodes, values.length, NONE);
    }
    edges[at] = edge;
    targets[at] = nodes;
    return nodes++;
  }

  private void enlarge() {
    long[] oldEdges = edges;
    int[] oldTargets = targets;
    edges = new long[2 * oldEdges.length];
    targets = new int[edges.length];
    Arrays.fill(edges, NONE);
    for (int i = 0; i < oldEdges.length; i++) {
      if (oldEdges[i] != NONE) {
        int at = find(oldEdges[i]);
        edges[at] = oldEdges[i];
        targets[at] = oldTargets[i];
      }
    }
  }

  private static long edge(int node, char character) {
    return (long) node << 16 | character;
  }

  private int find(long edge) {
    long mixed = (edge ^ seed) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
    int at = (int) (mixed >>> 32) & edges.length - 1;
    while (edges[at] != NONE && edges[at] != edge) {
      at = at + 1 & edges.length - 1;
    }
    return at;
  }
}
