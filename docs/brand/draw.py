"""Draws what is committed under static/img: face patterns, mark, icons, social preview. Run once after a change of brand:

python docs/brand/draw.py
"""

import math
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

IMG = Path(__file__).resolve().parents[2] / "static" / "img"
WIDTH, HEIGHT = 856, 540
LEFT = "M18 4H28V20a4 4 0 0 0 4 4H38V40H32a4 4 0 0 0-4 4V60H18A14 14 0 0 1 4 46V18A14 14 0 0 1 18 4Z"
RIGHT = "M32 4H46A14 14 0 0 1 60 18V46A14 14 0 0 1 46 60H32V47a3 3 0 0 1 3-3H38a4 4 0 0 0 4-4V24a4 4 0 0 0-4-4H35a3 3 0 0 1-3-3Z"
Point = tuple[float, float]


def line(points: list[Point], *, closed: bool = False) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in points) + ("Z" if closed else "")


def waves() -> Iterator[str]:
    """Long swells that lean on each other, as water is drawn on porcelain."""
    for row in range(-2, 30):
        yield line(
            [
                (x, row * 21 + 26 * math.sin(x / 118 + row * 0.23) + 11 * math.sin(x / 47 - row * 0.41))
                for x in range(-8, WIDTH + 9, 8)
            ]
        )


def guilloche() -> Iterator[str]:
    """The engine-turned braid of share certificates."""
    for centre, spread in ((150, 118), (390, 132)):
        for strand in range(14):
            phase = strand * math.tau / 14
            yield line(
                [
                    (x, centre + spread * math.sin(x / 136 + phase) * math.cos(x / 410 + 0.3) + 16 * math.sin(x / 31))
                    for x in range(-8, WIDTH + 9, 6)
                ]
            )


def lattice() -> Iterator[str]:
    """A window lattice: nested frames, each tied to the next by short bars (步步锦)."""
    cell = 108
    for left in range(-26, WIDTH + cell, cell):
        for top in range(0, HEIGHT + cell, cell):
            middle_x, middle_y = left + cell / 2, top + cell / 2
            for inset in (0, 18, 38):
                far = cell - inset
                yield line(
                    [
                        (left + inset, top + inset),
                        (left + far, top + inset),
                        (left + far, top + far),
                        (left + inset, top + far),
                    ],
                    closed=True,
                )
            for near, far in ((0, 18), (38, 18)):
                for sign in (-1, 1):
                    yield line([(middle_x + sign * (54 - near), middle_y), (middle_x + sign * (54 - far), middle_y)])
                    yield line([(middle_x, middle_y + sign * (54 - near)), (middle_x, middle_y + sign * (54 - far))])
                    for other in (-1, 1):
                        yield line(
                            [
                                (middle_x + sign * (54 - near), middle_y + other * (54 - near)),
                                (middle_x + sign * (54 - far), middle_y + other * (54 - far)),
                            ]
                        )


def tessellation() -> Iterator[str]:
    """Pentagons of a Cairo pavement: each tile fits only its neighbours."""
    cell, reach = 76.0, 76.0 * 0.21
    for column in range(-1, int(WIDTH / cell) + 2):
        for row in range(-1, int(HEIGHT / cell) + 2):
            left, top = column * cell, row * cell
            x, y = left + cell / 2, top + cell / 2
            if (column + row) % 2:
                first, second = (x - reach, y), (x + reach, y)
                near = [(left, top), (left, top + cell)]
                far = [(left + cell, top), (left + cell, top + cell)]
            else:
                first, second = (x, y - reach), (x, y + reach)
                near = [(left, top), (left + cell, top)]
                far = [(left, top + cell), (left + cell, top + cell)]
            yield line([first, second])
            yield line([near[0], first, near[1]])
            yield line([far[0], second, far[1]])


def rings() -> Iterator[str]:
    """Ripples of two stones in one pond."""
    for x, y in ((640, 230), (250, 560)):
        for radius in range(24, 620, 24):
            yield f"M{x - radius} {y}a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0-{2 * radius} 0"


def patterns() -> str:
    drawn = {"waves": waves, "guilloche": guilloche, "lattice": lattice, "tessellation": tessellation, "rings": rings}
    symbols = "\n".join(
        f'<symbol id="{name}" viewBox="0 0 {WIDTH} {HEIGHT}" overflow="hidden">'
        f'<path fill="none" stroke="currentColor" stroke-width="1.6" d="{"".join(paths())}"/></symbol>'
        for name, paths in drawn.items()
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n<symbol id="plain"/>\n</svg>\n'


def mark(left: str, right: str, ground: str = "") -> str:
    back = (
        f'<rect width="64" height="64" rx="14" fill="{ground}"/><g transform="translate(11 11) scale(.656)">'
        if ground
        else "<g>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{back}'
        f'<path d="{LEFT}" fill="{left}"/><path d="{RIGHT}" fill="{right}"/></g></svg>\n'
    )


def token(size: int, *, ground: str | None, share: float) -> Image.Image:
    """The mark as pixels, drawn at eight times the size and reduced."""
    scale = 8
    big = size * scale
    image = Image.new("RGBA", (big, big), ground or (0, 0, 0, 0))
    unit = big * share / 64
    edge = (big - 64 * unit) / 2

    def box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        return edge + x0 * unit, edge + y0 * unit, edge + x1 * unit, edge + y1 * unit

    for fill, left in (("#bfe3df", False), ("#ffffff", True)):
        layer = Image.new("L", (big, big), 0)
        draw = ImageDraw.Draw(layer)
        draw.rounded_rectangle(box(4, 4, 60, 60), 14 * unit, fill=255)
        if left:
            keep = Image.new("L", (big, big), 0)
            cut = ImageDraw.Draw(keep)
            cut.rectangle(box(0, 0, 28, 64), fill=255)
            cut.rectangle(box(20, 24, 38, 40), fill=255)
            layer = Image.composite(layer, Image.new("L", (big, big), 0), keep)
        else:
            draw.rectangle(box(0, 0, 32, 64), fill=0)
            draw.rectangle(box(24, 20, 42, 44), fill=0)
        image.paste(Image.new("RGBA", image.size, fill), mask=layer)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def social() -> Image.Image:
    image = Image.new("RGB", (1200, 630), "#0c4a50")
    draw = ImageDraw.Draw(image)
    for row in range(-4, 50):
        points = [
            (x, row * 22 + 30 * math.sin(x / 160 + row * 0.23) + 12 * math.sin(x / 61 - row * 0.4))
            for x in range(0, 1210, 8)
        ]
        draw.line(points, fill="#17585e", width=2)
    emblem = token(230, ground=None, share=1)
    image.paste(emblem, (110, 200), emblem)
    serif = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"
    draw.text((400, 196), "Tessera", font=ImageFont.truetype(serif, 132, index=2), fill="#ffffff")
    draw.text((406, 372), "Membership cards worth keeping", font=ImageFont.truetype(serif, 42, index=2), fill="#bfe3df")
    return image


if __name__ == "__main__":
    IMG.mkdir(parents=True, exist_ok=True)
    (IMG / "face-patterns.svg").write_text(patterns(), encoding="utf-8")
    (IMG / "mark.svg").write_text(mark("#0f5f66", "#7fb6b8"), encoding="utf-8")
    (IMG / "mark-on-dark.svg").write_text(mark("#e9f5f4", "#74c4c6"), encoding="utf-8")
    (IMG / "favicon.svg").write_text(mark("#ffffff", "#9fd2d0", ground="#0f5f66"), encoding="utf-8")
    for size in (32, 180, 192, 512):
        token(size, ground="#0f5f66", share=0.66).save(IMG / f"icon-{size}.png", optimize=True)
    token(512, ground="#0f5f66", share=0.5).save(IMG / "icon-maskable-512.png", optimize=True)
    social().save(IMG / "social.png", optimize=True)
