"""A register of dossiers as large as wanted, as the provincial portal lists it."""


def register(count):
    """The bytes of its CSV: so many dossiers, every seventh of them late. That of row n has the code `code(n)`."""
    lines = ["Mã hồ sơ,Mã TTHC,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý,Hình thức nộp,Trạng thái,Số hóa"]
    for n in range(count):
        day, month = _received(n)
        done = f"{min(day + (3 if n % 7 == 0 else 1), 28):02}/{month:02}/2026 10:00:00"
        lines.append(f"{code(n)},1.001193,{day:02}/{month:02}/2026 08:00:00,"
                     f"{min(day + 2, 28):02}/{month:02}/2026 17:00:00,{done},Trực tiếp,Đã trả kết quả,x")
    return ("\r\n".join(lines) + "\r\n").encode()


def code(n):
    day, month = _received(n)
    return f"H24.19-26{month:02}{day:02}-{n:06}"


def _received(n):
    """Day and month."""
    return n // 10 % 25 + 1, n % 10 + 1
