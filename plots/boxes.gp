# SPDX-License-Identifier: GPL-2.0-or-later
#
# Boxes: a row for each case, its quartiles, whiskers, and points. Two blocks for each row: row, the
# whisker's low end, the quartiles without the median, the whisker's high end, the median; and the
# points: value, height. letters: the length of the longest line of a name.

w = is_pdf ? (letters > 16 ? both_columns : one_column) : 780
h = n * (is_pdf ? 32 : 36) + 56.0
left = letters * letter * 1.1 + 14
eval open(w, h)
set margins screen left / w, screen 1 - 16.0 / w, screen 42.0 / h, screen 1 - 12.0 / h
set yrange [n + 0.6:0.4]
set ytics () scale 0
do for [i = 1:n] { set ytics add (titles[i] i) }
set grid noytics xtics
eval x_title("x_label", 8.0)
plot for [i = 1:n] data index 2 * i - 2 using 2:1:($5 - $2):(0) with vectors nohead linecolor rgb colour[i] \
    linewidth 1.2, \
    for [i = 1:n] data index 2 * i - 2 using 3:1:3:4:(i - 0.27):(i + 0.27) with boxxyerror \
    linecolor rgb "#ffffff" fillstyle solid 1 noborder, \
    for [i = 1:n] data index 2 * i - 2 using 3:1:3:4:(i - 0.27):(i + 0.27) with boxxyerror \
    linecolor rgb colour[i] linewidth 1.2 fillstyle transparent solid 0.3 border, \
    for [i = 1:n] for [k = 0:1] data index 2 * i - 2 using (k ? $5 : $2):(i - 0.13):(0):(0.26) \
    with vectors nohead linecolor rgb colour[i] linewidth 1.2, \
    for [i = 1:n] data index 2 * i - 1 using 1:2 with points linecolor rgb colour[i] \
    pointtype marker[i] pointsize 0.45, \
    for [i = 1:n] data index 2 * i - 2 using 6:(i - 0.27):(0):(0.54) with vectors nohead \
    linecolor rgb "#000000" linewidth 2.4
