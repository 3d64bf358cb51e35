"""Graphs in layers, as SVG of real links and as Mermaid text. No queries, no request.

``layout`` places nodes by their rank with few crossings, ``svg`` draws what was placed for a page (colours are those of the
page) or for a file (own colours), ``mermaid`` writes the same graph as text. ``ui/graph.html`` frames the drawing.
"""

from pendapa.kernel.ui.graph_drawing import mermaid, svg
from pendapa.kernel.ui.graph_layout import Box, Edge, Line, Node, Picture, layout, ranked, text_width, wrapped

__all__ = [
    "Box",
    "Edge",
    "Line",
    "Node",
    "Picture",
    "layout",
    "mermaid",
    "ranked",
    "svg",
    "text_width",
    "wrapped",
]
