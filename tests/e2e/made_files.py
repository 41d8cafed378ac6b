"""Files for tests, made from nothing."""
import io
import struct
import zipfile
import zlib


def png(width, height, pixel=lambda x, y: (x % 256, y % 256, 128)):
    rows = b"".join(b"\0" + bytes(c for x in range(width) for c in pixel(x, y)) for y in range(height))
    return png_of(width, height, zlib.compress(rows))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width, height, compressed):
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", compressed) + chunk(b"IEND", b""))


def size_of_png(data):
    return struct.unpack(">II", data[16:24]) if data[:8] == b"\x89PNG\r\n\x1a\n" else None


def pdf(*pages, encrypt=False, size=(400, 200)):
    """A document with a line of text on each page; encrypted with a password nobody knows."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>",
               b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), b" ".join(
                   b"%d 0 R" % (4 + 2 * i) for i in range(len(pages)))),
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    for i, text in enumerate(pages):
        content = b"BT /F 60 Tf 20 60 Td (" + text + b") Tj ET"
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R"
                       b"/Resources<</Font<</F 3 0 R>>>>>>" % (*size, 5 + 2 * i))
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    secret = (b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + b"41" * 32 + b">/U<" + b"42" * 32
              + b">>>/ID[<00><00>]") if encrypt else b""
    xref = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, xref, len(objects) + 1, secret, len(out))


def pdf_of_scan(jpeg, width, height):
    """A document of one page that is nothing but a picture."""
    content = b"q %d 0 0 %d 0 0 cm /I Do Q" % (width // 2, height // 2)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
               % (width // 2, height // 2),
               b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
               b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
               b"/Length %d>>stream\n%s\nendstream" % (width, height, len(jpeg), jpeg)]
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, text) for number, text in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Size 6/Root 1 0 R>>\n%%EOF\n"


def docx(*paragraphs):
    """A Word document; paragraphs are text, or XML where they begin with '<'."""
    xml = "".join(p if p.startswith("<") else f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    return package({"[Content_Types].xml": "<Types/>", "_rels/.rels": "<Relationships/>",
                    "word/document.xml": f"<w:document><w:body>{xml}</w:body></w:document>"})


def package(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()
