# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the time from the last packet over the old path to the first over the new one was spent on: a row
# for each case, the mean of each phase beside that of the one before. A block for each phase: row,
# begin, end; and one more: row, end of the bar, how many handovers.
# phases: the numbers of those that occur. rows, narrow: the names where there is room and in one column;
# letters, narrow_letters: the length of the longest line of these; counts: that of the longest text at a
# bar's end.

m = |rows|
w = is_paper ? (letters > 16 ? both_columns : one_column) : 780
letters = column ? narrow_letters : letters
x = key_open(n, longest, w)
foot = key_height + 42.0
h = m * min(column ? 30 : is_paper ? 22 : 26, (tallest - foot - 16) / m) + foot + 16
left = letters * letter * 1.1 + 14
eval open(w, h)
set margins screen left / w, screen 1 - (counts * letter + 24.0) / w, screen foot / h, screen 1 - 10.0 / h
set yrange [m + 0.6:0.4]
set ytics () scale 0
do for [i = 1:m] { set ytics add ((column ? narrow[i] : rows[i]) i) }
set grid noytics xtics
eval x_title("x_label", key_height + 8.0)
if (column) { eval sprintf("set label 2 x_label at screen 0.5, screen %g center", (key_height + 8.0) / h) }
do for [i = 1:n] {
    eval key_box(i, phase_colour[phases[i]], 1)
    eval key_text(i, sprintf("titles[%d]", i))
}
plot for [i = 1:n] data index i - 1 using 2:1:2:3:($1 - 0.33):($1 + 0.33) with boxxyerror \
    linecolor rgb "#222222" linewidth 0.6 fillcolor rgb phase_colour[phases[i]] fillstyle solid 1 border, \
    data index n using 2:1:3 with labels left offset 0.8, 0 textcolor rgb "#222222"
