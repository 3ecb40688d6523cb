"""Who stands for a reader that was forked elsewhere? It has its pipes and ends with it, and it ends with this.

python -I -S stand.py SOCKET MODULE MODEL
"""

import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
    line.connect(sys.argv[1])
    socket.send_fds(line, [b"{}"], [0, 1])
    line.recv(64)  # its pid
    sys.exit(int(line.recv(64) or -1) % 256)
