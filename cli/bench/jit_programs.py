#!/usr/bin/env python3
"""Writes the programs of `blink bench jit`, each as a procedure and as the same in C++.

    jit_programs.py OUTPUT.cpp

The GL mix is the set-up of the classic gears, repeated six times; the arithmetic mix is eight
operations over every pair of 32 registers.
"""

import math
import pathlib
import struct
import sys

REPEATS = 6
REGISTERS = 32
# In an order in which no optimiser finds that one undoes another.
OPERATIONS = ["add", "sub", "mul", "min", "div", "abs", "max", "neg"]


def gear(call, inner_radius, outer_radius, width, teeth, tooth_depth):
    r0, r1, r2 = inner_radius, outer_radius - tooth_depth / 2, outer_radius + tooth_depth / 2
    da = 2 * math.pi / teeth / 4
    half = width / 2

    def vertex(r, angle, z):
        call("Vertex3f", r * math.cos(angle), r * math.sin(angle), z)

    def corners(i):
        a = i * 2 * math.pi / teeth
        return [(r1, a), (r2, a + da), (r2, a + 2 * da), (r1, a + 3 * da)]

    call("ShadeModel", "FLAT")
    for side in (1, -1):
        call("Normal3f", 0.0, 0.0, float(side))
        z = half * side
        inner, outer = (r0, r1) if side > 0 else (r1, r0)
        call("Begin", "QUAD_STRIP")
        for i in range(teeth + 1):
            a = i * 2 * math.pi / teeth
            vertex(inner, a, z)
            vertex(outer, a, z)
            if i < teeth:
                vertex(inner, a if side > 0 else a + 3 * da, z)
                vertex(outer, a + 3 * da if side > 0 else a, z)
        call("End")
        call("Begin", "QUADS")
        for i in range(teeth):
            for r, angle in corners(i)[::side]:
                vertex(r, angle, z)
        call("End")
    call("Begin", "QUAD_STRIP")
    for i in range(teeth):
        ring = corners(i) + corners(i + 1)[:1]
        for (r, angle), (r_next, next_angle) in zip(ring, ring[1:]):
            vertex(r, angle, half)
            vertex(r, angle, -half)
            u = r_next * math.cos(next_angle) - r * math.cos(angle)
            v = r_next * math.sin(next_angle) - r * math.sin(angle)
            length = math.hypot(u, v)
            call("Normal3f", v / length, -u / length, 0.0)
    vertex(r1, 0, half)
    vertex(r1, 0, -half)
    call("End")
    call("ShadeModel", "SMOOTH")
    call("Begin", "QUAD_STRIP")
    for i in range(teeth + 1):
        a = i * 2 * math.pi / teeth
        call("Normal3f", -math.cos(a), -math.sin(a), 0.0)
        vertex(r0, a, -half)
        vertex(r0, a, half)
    call("End")


def setup(call):
    call("Lightfv", "LIGHT0", "POSITION", 5.0, 5.0, 10.0, 0.0)
    for cap in ("CULL_FACE", "LIGHTING", "LIGHT0", "DEPTH_TEST"):
        call("Enable", cap)
    colours = [(0.8, 0.1, 0.0), (0.0, 0.8, 0.2), (0.2, 0.2, 1.0)]
    shapes = [(1.0, 4.0, 1.0, 20, 0.7), (0.5, 2.0, 2.0, 10, 0.7), (1.3, 2.0, 0.5, 10, 0.7)]
    for number, (colour, shape) in enumerate(zip(colours, shapes)):
        call("NewList", number + 1, "COMPILE")
        call("Materialfv", "FRONT", "AMBIENT_AND_DIFFUSE", *colour, 1.0)
        gear(call, *shape)
        call("EndList")
    call("Enable", "NORMALIZE")


def as_float32(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def word(operand):
    if isinstance(operand, float):
        return f"0x{struct.unpack('<I', struct.pack('<f', operand))[0]:08x}"
    return f"gl::GL_{operand}" if isinstance(operand, str) else str(operand)


def c_number(operand):
    if isinstance(operand, float):
        return f"{as_float32(operand)!r}f"
    return f"gl::GL_{operand}" if isinstance(operand, str) else str(operand)


def gl_mix():
    calls = []
    for _ in range(REPEATS):
        setup(lambda name, *operands: calls.append((name, operands)))
    yield "const std::vector<Word> gl_mix_code = {"
    for name, operands in calls:
        words = "".join(word(o) + ", " for o in operands)
        yield f"    make_head(Op::gl_{name}, {len(operands)}), 0, {words}"
    yield "};\n\nvoid gl_mix_native(const gl::Dispatch& gl, const NameTable& lists) {"
    for name, operands in calls:
        if name == "NewList":
            yield f"  gl.NewList(lists[{operands[0]}], gl::GL_COMPILE);"
        elif name in ("Lightfv", "Materialfv"):
            array = ", ".join(c_number(o) for o in operands[2:])
            yield f"  {{\n    static const float v[] = {{{array}}};"
            yield f"    gl.{name}({c_number(operands[0])}, {c_number(operands[1])}, v);\n  }}"
        else:
            yield f"  gl.{name}({', '.join(c_number(o) for o in operands)});"
    yield "}\n"


def gl_mix_stream():
    yield "const std::vector<std::uint32_t> gl_mix_stream = {"
    for _ in range(REPEATS):
        calls = []
        setup(lambda name, *operands: calls.append((name, operands)))
        for name, operands in calls:
            operands = list(operands)
            if name in ("Lightfv", "Materialfv"):  # an array has its bytes before it
                operands.insert(2, 4 * len(operands[2:]))
            words = "".join(word(o) + ", " for o in operands)
            yield (f"    gl::wire_header(static_cast<std::uint16_t>(gl::WireOp::{name}), "
                   f"{1 + len(operands)}), {words}")
    yield "};\n"


def arithmetic_mix():
    pairs = [(i, j, op) for i in range(REGISTERS) for j in range(REGISTERS) for op in OPERATIONS]
    yield "const std::vector<Word> arithmetic_code = {"
    for r in range(REGISTERS):
        yield f"    make_head(Op::param, 2), 1, {r}, {r},"
    for i, j, op in pairs:
        if op in ("abs", "neg"):
            yield f"    make_head(Op::{op}, 2), 3, {i}, {i},"
        else:
            yield f"    make_head(Op::{op}, 3), 7, {i}, {i}, {j},"
    for r in range(REGISTERS):
        yield f"    make_head(Op::set_cell, 2), 2, {r}, {r},"
    yield "};\n\nvoid arithmetic_native(const float* params, float* cells) {"
    for r in range(REGISTERS):
        yield f"  float r{r} = params[{r}];"
    forms = {"add": "{a} + {b}", "sub": "{a} - {b}", "mul": "{a} * {b}", "div": "{a} / {b}",
             "min": "minimum({a}, {b})", "max": "maximum({a}, {b})", "abs": "std::fabs({a})",
             "neg": "-{a}"}
    for i, j, op in pairs:
        yield f"  r{i} = {forms[op].format(a=f'r{i}', b=f'r{j}')};"
    for r in range(REGISTERS):
        yield f"  cells[{r}] = r{r};"
    yield "}\n"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    lines = ["// Written by cli/bench/jit_programs.py. Do not edit.\n",
             '#include "cli/bench/jit_programs.h"\n', "#include <cmath>\n",
             '#include "gl/generated/enums.h"', '#include "gl/wire.h"', '#include "jit/run/numbers.h"\n',
             "namespace blink::bench {\n\nusing namespace jit;\n",
             *gl_mix(), *gl_mix_stream(), *arithmetic_mix(), "}  // namespace blink::bench\n"]
    pathlib.Path(sys.argv[1]).write_text("\n".join(lines))


if __name__ == "__main__":
    main()
