# SPDX-License-Identifier: GPL-2.0-or-later
#
# Distribution of the interruptions: for each case, which part of its handovers was interrupted no
# longer than this. Columns: s, part. The axis is linear up to about 10 ms, logarithmic after it.
# Each curve is thinner than those before it: curves that coincide are seen all the same.
# end (s) closes the axis; styles has a colour and a dash type for each curve, "1 1 1 2 ...".

eval sprintf(open, width, 400)
set nonlinear x via asinh(x / 0.01) inverse 0.01 * sinh(x)
set margins screen 0.08, screen 0.74, screen 0.14, screen 0.95
set xrange [0:end]
set yrange [0:1.02]
set xtics ("0" 0, "10 ms" 0.01, "100 ms" 0.1, "1 s" 1, "10 s" 10, "100 s" 100)
set xlabel "interruption, no longer than"
set ylabel "part of the handovers" offset 1.5
set key at screen 0.755, screen 0.95 left top Left reverse samplen 3.2 spacing 1.15
plot for [i = 1:n] data index i - 1 using 1:2 with steps \
    linetype int(word(styles, 2 * i - 1)) dashtype int(word(styles, 2 * i)) linewidth 1.6 + 3.0 * (n - i) / n \
    title word(titles, i)
