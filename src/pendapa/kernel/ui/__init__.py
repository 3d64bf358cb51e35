"""The shell: frames, components, navigation and the look."""
