"""Makes defaults.json: for each family that Amalgam runs, every key of its config class in Hugging Face transformers
with its default (but for the sizes, which are small), and the shapes of the tensors that the model class makes of
them. Run with torch 2.13 and transformers 5.18:  python3 make.py"""
import json
import pathlib

import transformers as tf

FAMILIES = dict(llama="LlamaForCausalLM", mistral="MistralForCausalLM", qwen2="Qwen2ForCausalLM",
                qwen3="Qwen3ForCausalLM", gpt2="GPT2LMHeadModel", bert="BertForMaskedLM", roberta="RobertaForMaskedLM",
                gemma="GemmaForCausalLM", gemma2="Gemma2ForCausalLM", gemma3_text="Gemma3ForCausalLM")
SIZES = dict(vocab_size=10, hidden_size=32, intermediate_size=12, num_hidden_layers=1, num_attention_heads=8,
             num_key_value_heads=8, head_dim=4, max_position_embeddings=20,
             n_embd=32, n_layer=1, n_head=8, n_positions=20)

families = {}
for family, name in FAMILIES.items():
    kind = tf.CONFIG_MAPPING[family]
    known = kind().to_dict()
    config = kind(**{key: size for key, size in SIZES.items() if key in known})
    config.architectures = [name]
    model = getattr(tf, name)(config)
    families[family] = dict(
        config=config.to_dict(),
        shapes={key: list(tensor.shape) for key, tensor in model.named_parameters()})
path = pathlib.Path(__file__).with_name("defaults.json")
path.write_text(json.dumps(families, indent=1) + "\n")
