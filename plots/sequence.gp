# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sequence number of each message over the time of its delivery, a panel for each run, a colour
# for each path. Columns: s from the trigger of the handover, sequence number. Each panel has
# "paths" blocks, some of them perhaps empty; paths names them, each in quotes.

canvas = grid_height(185) + 26
eval sprintf(open, width, canvas)
set multiplot layout rows, columns margins screen 0.08, 0.985, 72.0 / canvas, 1 - 22.0 / canvas \
    spacing screen 0.08, screen 62.0 / canvas
k = words(paths)
set xrange [begin:end]
set ylabel "sequence number" offset 1
set arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor rgb "#888888" dashtype 3
do for [i = 1:n] {
    set title word(titles, i) offset 0, -0.6
    set xlabel (i > n - columns ? "time from the trigger, s" : "") offset 0, 0.4
    if (i == n) {
        set key at screen 0.5, screen 12.0 / canvas center center horizontal maxrows 1 samplen 1
    } else {
        unset key
    }
    plot for [p = 1:k] data index (i - 1) * k + p - 1 using 1:2 with points linetype p \
        pointsize 0.3 notitle, \
        for [p = 1:k] keyentry with points linetype p pointsize 0.8 title word(paths, p)
}
unset multiplot
