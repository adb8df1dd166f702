# SPDX-License-Identifier: GPL-2.0-or-later
#
# Signalling by type: a row for each type of message, a mark for each case; on the left the bytes, on
# the right the messages of a handover. A block for each case: row, bytes, messages.
# letters: the length of the longest type.

rows = |types|
w = both_columns
x = key_open(n, longest, w)
foot = key_height + 42.0
parts = column ? 2 : 1
step = min(max(20, 6 * n + 8), (tallest - foot - 14 - (parts - 1) * 50) / rows / parts)
h = parts * rows * step + (parts - 1) * 50 + foot + 14
left = letters * letter + 18
eval open(w, h)
set multiplot layout parts, 3 - parts margins screen left / w, 1 - 16.0 / w, foot / h, 1 - 12.0 / h \
    spacing screen 26.0 / w, screen 50.0 / h
set yrange [rows + 0.5:0.5]
set ytics () scale 0
set grid noytics xtics
do for [i = 1:rows - 1] { set arrow from graph 0, first i + 0.5 to graph 1, first i + 0.5 nohead back \
    linecolor rgb "#cccccc" linewidth 0.6 }
do for [i = 1:rows] { set ytics add (types[i] i) }
do for [p = 1:2] {
    eval x_title(p == 1 ? "'bytes on all links, mean of a handover'" : "'messages on all links, mean of a handover'", p < parts ? foot + rows * step + 16 : key_height + 8.0)
    set xrange [0:tops[p]]
    if (p == 2) {
        if (parts == 1) {
            set ytics ("" 1)
            do for [i = 1:rows] { set ytics add ("" i) }
        }
        do for [i = 1:n] {
            eval key_point(i, colour[i], marker[i], 0.75)
            eval key_text(i, sprintf("titles[%d]", i))
        }
    }
    plot for [i = 1:n] data index i - 1 using 1 + p:($1 + 0.8 * ((i - 0.5) / n - 0.5)) with points \
        linecolor rgb colour[i] pointtype marker[i] pointsize 0.75
}
unset multiplot
