package raw;

import dev.amalgam.core.tensor.CheckpointException;
import dev.amalgam.core.tensor.TensorInfo;
import dev.amalgam.io.checkpoint.ModelSink;
import dev.amalgam.io.checkpoint.OutputFormat;
import dev.amalgam.io.checkpoint.OutputLayout;
import dev.amalgam.io.checkpoint.OutputModel;
import dev.amalgam.io.checkpoint.WrittenFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One file: the config, then the bytes of the tensors by their names, from the last to the first.
 */
public final class RawFormat implements OutputFormat {

  @Override
  public String name() {
    return "raw";
  }

  @Override
  public boolean isTensorFile(String fileName) {
    return fileName.equals("model.raw");
  }

  @Override
  public boolean holdsCompanions() {
    return true;
  }

  @Override
  public OutputLayout plan(OutputModel model, long maxFileBytes) {
    byte[] config = model.companion("config.json").orElseThrow();
    if (model.companion("tokenizer.json").isEmpty()) {
      throw new CheckpointException("the raw format needs a tokenizer.json");
    }
    Comparator<TensorInfo> byName = Comparator.comparing(TensorInfo::name);
    return new Layout(config, model.tensors().stream().sorted(byName.reversed()).toList());
  }

  private record Layout(byte[] config, List<TensorInfo> order) implements OutputLayout {

    @Override
    public List<String> fileNames() {
      return List.of("model.raw");
    }

    @Override
    public long bytes() {
      return config.length + order.stream().mapToLong(TensorInfo::bytes).sum();
    }

    @Override
    public ModelSink open(Path folder, boolean hashing) {
      try {
        FileChannel file =
            FileChannel.open(
                folder.resolve("model.raw"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE);
        file.write(ByteBuffer.wrap(config), 0);
        return new Sink(this, file);
      } catch (IOException e) {
        throw new CheckpointException("model.raw: " + e.getMessage(), e);
      }
    }
  }

  private static final class Sink implements ModelSink {

    private final Layout layout;
    private final FileChannel file;
    private final Map<String, Long> starts = new HashMap<>();

    Sink(Layout layout, FileChannel file) {
      this.layout = layout;
      this.file = file;
      long start = layout.config().length;
      for (TensorInfo tensor : layout.order()) {
        starts.put(tensor.name(), start);
        start += tensor.bytes();
      }
    }

    @Override
    public void write(String tensor, long offset, MemorySegment bytes) {
      try {
        file.write(bytes.asByteBuffer(), starts.get(tensor) + offset);
      } catch (IOException e) {
        throw new CheckpointException("model.raw: " + e.getMessage(), e);
      }
    }

    @Override
    public void completed(String tensor) {}

    @Override
    public List<WrittenFile> finish() {
      return List.of(new WrittenFile("model.raw", layout.bytes(), Optional.empty()));
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        throw new CheckpointException("model.raw: " + e.getMessage(), e);
      }
    }
  }
}
