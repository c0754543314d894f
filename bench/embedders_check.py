"""Prints the largest difference between cosines that 'amalgam eval --json' gives for pairs of texts and those of other
engines: of PyTorch and transformers by the folder, and, where a jar is given, of ONNX Runtime by the model in it.

  amalgam eval FOLDER --data PAIRS --json | python3 bench/embedders_check.py FOLDER PAIRS [JAR]"""
import json
import pathlib
import sys
import zipfile

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import AutoModel


def main(folder, pairs, jar=None):
    ours = np.array([pair["cosine"] for pair in json.load(sys.stdin)["per_example"]])
    folder = pathlib.Path(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"])
    pooling = json.loads((folder / "1_Pooling/config.json").read_text())
    lines = [json.loads(line) for line in pathlib.Path(pairs).read_text().splitlines()]
    texts = [[tokenizer.encode(line[key]).ids for line in lines] for key in ("text", "other")]

    def compare(name, last_states):
        def embedding(ids):
            states = last_states(ids).astype(np.float64)
            pooled = states[0] if pooling["pooling_mode_cls_token"] else states.mean(0)
            return pooled / np.linalg.norm(pooled)

        due = np.array([embedding(one) @ embedding(other) for one, other in zip(*texts)])
        print(f"{folder.name:<20} {name:<14} largest difference of a cosine: {np.abs(ours - due).max():.1e}")

    model = AutoModel.from_pretrained(folder).eval()
    with torch.no_grad():
        compare("transformers", lambda ids: model(torch.tensor([ids])).last_hidden_state[0].numpy())
    if jar:
        import onnxruntime

        with zipfile.ZipFile(jar) as files:
            onnx = files.read(next(name for name in files.namelist() if name.endswith(".onnx")))
        session = onnxruntime.InferenceSession(onnx)

        def run(ids):
            ids = np.array([ids])
            types = np.zeros_like(ids)
            return session.run(
                None, dict(input_ids=ids, attention_mask=types + 1, token_type_ids=types))[0][0]

        compare("ONNX Runtime", run)


main(*sys.argv[1:])
