package dev.amalgam.bench.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is in a folder and the folders in it.
 *
 * @param hashes the SHA-256 of each file by its path in the folder, and under {@code .} that there
 *     is a folder; empty where there is none
 */
record FolderState(SortedMap<String, String> hashes) {

  /** What is where there is no folder. */
  static final FolderState ABSENT = new FolderState(new TreeMap<>());

  /** Returns what is in a folder now. */
  static FolderState of(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return ABSENT;
    }
    SortedMap<String, String> hashes = new TreeMap<>();
    hashes.put(".", "a folder");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        hashes.put(folder.relativize(file).toString(), sha256(file));
      }
    }
    return new FolderState(hashes);
  }

  /** Returns the same but for one file. */
  FolderState without(String file) {
    SortedMap<String, String> others = new TreeMap<>(hashes);
    others.remove(file);
    return new FolderState(others);
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
