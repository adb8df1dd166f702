# SPDX-License-Identifier: GPL-2.0-or-later
#
# Throughput over time, a panel for each run. Columns: s from the trigger of the handover, Mbit/s.
# begin, end and top (Mbit/s) give all panels the same axes.

canvas = grid_height(165)
eval sprintf(open, width, canvas)
set multiplot layout rows, columns margins screen 0.07, 0.985, 50.0 / canvas, 1 - 22.0 / canvas \
    spacing screen 0.07, screen 62.0 / canvas
set xrange [begin:end]
set yrange [0:top]
set ylabel "throughput, Mbit/s" offset 1.5
unset key
set arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor rgb "#888888" dashtype 3
do for [i = 1:n] {
    set title word(titles, i) offset 0, -0.6
    set xlabel (i > n - columns ? "time from the trigger, s" : "") offset 0, 0.4
    plot data index i - 1 using 1:2 with steps linetype 1
}
unset multiplot
