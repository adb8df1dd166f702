# SPDX-License-Identifier: GPL-2.0-or-later
#
# A message ladder: time goes down, not to scale; an arrow for each message, words for what happened.
# Blocks: the arrows, from, to, row; their words, place, row, text; what happened, the same; the times,
# row, text. titles: who takes part, at 1, 2, ...

w = is_paper ? 756 : 880
above = 30
row = max(14, min(24, (tallest - above - 12) / rows))
h = rows * row + above + 12
eval open(w, h)
set margins screen 84.0 / w, screen 1 - 24.0 / w, screen 10.0 / h, screen 1 - 1.0 * above / h
set xrange [0.8:n + 0.2]
set yrange [rows + 0.6:0]
unset border
unset tics
unset grid
do for [i = 1:n] {
    set arrow from i, graph 1 to i, graph 0 nohead linecolor rgb "#bbbbbb" linewidth 1.2 back
    set label titles[i] at i, graph 1 center offset 0, 0.9 font size(12.5)
}
plot data index 0 using 1:3:($2 - $1):(0) with vectors head filled size screen 8.0 / w, 18 \
    linecolor rgb "#0072B2" linewidth 1.2, \
    data index 1 using 1:2:3 with labels center offset 0, 0.62, \
    data index 2 using 1:2:3 with labels left offset 0.8, 0 textcolor rgb "#8C3800", \
    data index 3 using (0.8):1:2 with labels right offset -0.5, 0 textcolor rgb "#444444"
