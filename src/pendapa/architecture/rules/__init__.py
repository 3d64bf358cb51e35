"""Pure rules of the architecture: plain values in, plain values out; no Django."""
