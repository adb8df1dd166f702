# SPDX-License-Identifier: GPL-2.0-or-later
#
# Throughput over time, a panel for each run, the phases of its handovers behind it. Two blocks for
# each panel: the phases, begin, end, number; and s from the trigger, Mbit/s.
# begin, end and top (Mbit/s) give all panels the same axes; phases: the numbers of those that occur, if shaded.

k = shaded ? |phases| : 0
columns = n < 2 || column ? 1 : 2
rows = (n + columns - 1) / columns
w = n > 1 ? both_columns : is_paper ? one_column : 700
longest = 0
do for [p = 1:k] { longest = max(longest, strlen(phase_name[phases[p]])) }
x = key_open(k + 1, max(longest, 10), w)
foot = key_height + 42.0
each = min(n < 2 ? (is_paper ? 215 : 230) : 150, (tallest - foot - 22 + 46) / rows - 46)
h = rows * (each + 46) - 46 + foot + 22
eval open(w, h)
set multiplot layout rows, columns margins screen 62.0 / w, 1 - 16.0 / w, foot / h, 1 - 22.0 / h \
    spacing screen 58.0 / w, screen 46.0 / h
set xrange [begin:end]
set yrange [0:top]
set arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor rgb "#888888" dashtype 3
do for [i = 1:n] {
    set title titles[i] offset 0, -0.6
    unset label
    if (i > n - columns) { eval x_title("'time from the trigger, s'", (i > (rows - 1) * columns ? key_height + 8.0 : foot + each + 12)) }
    if ((i - 1) % columns == 0) { eval y_title("'throughput, Mbit/s'") }
    if (i == n) {
        do for [p = 1:k] {
            eval key_box(p, phase_colour[phases[p]], 0.4)
            eval key_text(p, sprintf("phase_name[%d]", phases[p]))
        }
        eval key_line(k + 1, n == 1 ? colour[1] : "#000000", 1)
        eval key_text(k + 1, "'throughput'")
    }
    plot for [p = 1:|phase_name|] data index 2 * i - 2 using 1:(0):1:2:(0):($3 == p ? top : NaN) with boxxyerror \
        linecolor rgb phase_colour[p] fillstyle transparent solid 0.4 noborder, \
        data index 2 * i - 1 using 1:2 with steps linecolor rgb colour[i] linewidth 1.6
}
unset multiplot
