# SPDX-License-Identifier: GPL-2.0-or-later
#
# A measure over two swept keys, a panel for each series. Two blocks for each panel: column, row, value;
# and what is written in the cells: column, row, text, its colour. The colours are those of viridis:
# their lightness rises with the value. x_names, y_names: the values of the keys.

nx = |x_names|
ny = |y_names|
columns = n < 2 || column ? 1 : n < 5 || is_paper ? 2 : 3
rows = (n + columns - 1) / columns
w = n < 2 ? (is_paper ? one_column : 560) : both_columns
left = letters * letter + 34
each = min(ny * max(20, min(34, 260 / ny)), (tallest - 4) / rows - 66)
right = bar_letters * letter + 56
h = rows * (each + 66) + 4
eval open(w, h)
set multiplot layout rows, columns margins screen left / w, 1 - right / w, 48.0 / h, 1 - 22.0 / h \
    spacing screen left / w * 0.9, screen 66.0 / h
set palette defined (0 "#440154", 1 "#443983", 2 "#31688e", 3 "#21918c", 4 "#35b779", 5 "#90d743", 6 "#fde725")
set xrange [0.5:nx + 0.5]
set yrange [0.5:ny + 0.5]
set xtics () scale 0
set ytics () scale 0
do for [i = 1:nx] { set xtics add (x_names[i] i) }
do for [i = 1:ny] { set ytics add (y_names[i] i) }
unset grid
unset colorbox
set format cb "%g"
set border 15 linecolor rgb "#555555"
do for [p = 1:n] {
    set title titles[p] offset 0, -0.7
    set xlabel (p > n - columns ? x_label : "") offset 0, 0.3
    unset label 1
    if ((p - 1) % columns == 0) { eval y_title("y_label") }
    if (p == n) {
        set label 3 c_label at screen 1 - 12.0 / w, screen 0.5 center rotate by 90
        set colorbox user origin screen 1 - (right - 14.0) / w, screen 48.0 / h size screen 12.0 / w, screen 1 - 70.0 / h
    }
    plot data index 2 * p - 2 using 1:2:($1 - 0.5):($1 + 0.5):($2 - 0.5):($2 + 0.5):3 with boxxyerror \
        linecolor palette fillstyle solid 1 noborder, \
        data index 2 * p - 1 using 1:2:3:4 with labels textcolor rgb variable font size(9)
}
unset multiplot
