# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sequence number of each message over the time of its delivery, a panel for each run, a marker for
# each path, the phases of the handovers behind them. For each panel a block of phases, begin, end,
# number, and one for each of the paths, some perhaps empty: s from the trigger, sequence number.
# begin and end give all panels the same axis; bottoms and tops are those of each panel.

k = shaded ? |phases| : 0
m = |paths|
columns = n < 2 || column ? 1 : 2
rows = (n + columns - 1) / columns
w = n > 1 ? both_columns : is_paper ? one_column : 700
longest = 0
do for [p = 1:k] { longest = max(longest, strlen(phase_name[phases[p]])) }
do for [p = 1:m] { longest = max(longest, strlen(paths[p])) }
x = key_open(k + m, longest, w)
foot = key_height + 42.0
each = min(n < 2 ? (is_paper ? 215 : 270) : 170, (tallest - foot - 22 + 46) / rows - 46)
h = rows * (each + 46) - 46 + foot + 22
eval open(w, h)
set multiplot layout rows, columns margins screen 68.0 / w, 1 - 16.0 / w, foot / h, 1 - 22.0 / h \
    spacing screen 64.0 / w, screen 46.0 / h
array path_colour[6] = ["#000000", "#B8860B", "#7F3C8D", "#666666", "#A52A2A", "#2F4F4F"]
array path_marker[6] = [6, 7, 8, 4, 10, 12]
set xrange [begin:end]
set arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor rgb "#888888" dashtype 3
do for [i = 1:n] {
    set title titles[i] offset 0, -0.6
    unset label
    if (i > n - columns) { eval x_title("'time from the trigger, s'", (i > (rows - 1) * columns ? key_height + 8.0 : foot + each + 12)) }
    if ((i - 1) % columns == 0) { eval y_title("'sequence number'") }
    set yrange [bottoms[i]:tops[i]]
    if (i == n) {
        do for [p = 1:k] {
            eval key_box(p, phase_colour[phases[p]], 0.4)
            eval key_text(p, sprintf("phase_name[%d]", phases[p]))
        }
        do for [p = 1:m] {
            eval key_point(k + p, path_colour[(p - 1) % 6 + 1], path_marker[(p - 1) % 6 + 1], 0.8)
            eval key_text(k + p, sprintf("paths[%d]", p))
        }
    }
    plot for [p = 1:|phase_name|] data index (i - 1) * (m + 1) using 1:(bottoms[i]):1:2:(bottoms[i]):($3 == p ? tops[i] : NaN) \
        with boxxyerror linecolor rgb phase_colour[p] fillstyle transparent solid 0.4 noborder, \
        for [p = 1:m] data index (i - 1) * (m + 1) + p using 1:2 with points \
        linecolor rgb path_colour[(p - 1) % 6 + 1] pointtype path_marker[(p - 1) % 6 + 1] pointsize 0.3
}
unset multiplot
