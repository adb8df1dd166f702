# SPDX-License-Identifier: GPL-2.0-or-later
#
# Boxes: a row for each case, its quartiles, whiskers, and points. Two blocks for each row: row, the
# whisker's low end, the quartiles without the median, the whisker's high end, the median; and the
# points: value, height, 1 for a lower bound, and of the farthest of these the end of its arrow. bounds:
# there are some. rows, narrow: the names where there is room and in one column; letters,
# narrow_letters: the length of the longest line of these.

w = is_paper ? (letters > 16 ? both_columns : one_column) : 780
letters = column ? narrow_letters : letters
x = key_open(bounds, strlen(bound_name), w)
foot = bounds ? key_height + 42.0 : 42.0
h = n * min(is_paper ? 32 : 36, (tallest - foot - 14) / n) + foot + 14
left = letters * letter * 1.1 + 14
eval open(w, h)
set margins screen left / w, screen 1 - 16.0 / w, screen foot / h, screen 1 - 12.0 / h
set yrange [n + 0.6:0.4]
set ytics () scale 0
do for [i = 1:n] { set ytics add ((column ? narrow[i] : rows[i]) i) }
set grid noytics xtics
eval x_title("x_label", foot - 34.0)
if (bounds) {
    eval key_point(1, "#000000", 6, 0.45)
    eval key_arrow(1, "#000000", 0)
    eval key_text(1, "bound_name")
}
plot for [i = 1:n] data index 2 * i - 2 using 2:1:($5 - $2):(0) with vectors nohead linecolor rgb colour[i] \
    linewidth 1.2, \
    for [i = 1:n] data index 2 * i - 2 using 3:1:3:4:(i - 0.27):(i + 0.27) with boxxyerror \
    linecolor rgb "#ffffff" fillstyle solid 1 noborder, \
    for [i = 1:n] data index 2 * i - 2 using 3:1:3:4:(i - 0.27):(i + 0.27) with boxxyerror \
    linecolor rgb colour[i] linewidth 1.2 fillstyle transparent solid 0.3 border, \
    for [i = 1:n] for [k = 0:1] data index 2 * i - 2 using (k ? $5 : $2):(i - 0.13):(0):(0.26) \
    with vectors nohead linecolor rgb colour[i] linewidth 1.2, \
    for [i = 1:n] data index 2 * i - 1 using 1:($3 == 1 ? NaN : $2) with points linecolor rgb colour[i] \
    pointtype marker[i] pointsize 0.45, \
    for [i = 1:n] data index 2 * i - 1 using 1:2:($4 - $1):(0) with vectors head filled \
    size screen bound_head / w, 20 linecolor rgb colour[i] linewidth 1.2, \
    for [i = 1:n] data index 2 * i - 1 using 1:($3 == 1 ? $2 : NaN) with points linecolor rgb colour[i] \
    pointtype hollow(marker[i]) pointsize 0.45, \
    for [i = 1:n] data index 2 * i - 2 using 6:(i - 0.27):(0):(0.54) with vectors nohead \
    linecolor rgb "#000000" linewidth 2.4
