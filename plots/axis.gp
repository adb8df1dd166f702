# SPDX-License-Identifier: GPL-2.0-or-later
#
# A measure against a swept key, with the interval of each mean: a panel for each value of what else
# is swept, a curve for each series. Blocks by panel and curve; columns: place, mean, interval's ends,
# 1 for a mean that is only a lower bound, and the end of its arrow. bounds: there are some.

m = |panels|
columns = m < 2 || column ? 1 : m < 5 || is_paper ? 2 : 3
rows = (m + columns - 1) / columns
w = m > 1 ? both_columns : is_paper ? one_column : 700
x = key_open(n + bounds, max(longest, bounds ? strlen(bound_name) : 0), w)
foot = key_height + 42.0
head = m < 2 ? 10.0 : 24.0
each = min(m > 1 ? 180 : is_paper ? 215 : 320, (tallest - foot - head + 56) / rows - 56)
h = foot + rows * (each + 56) - 56 + head
eval open(w, h)
set multiplot layout rows, columns margins screen 68.0 / w, 1 - 16.0 / w, foot / h, 1 - head / h \
    spacing screen 50.0 / w, screen 56.0 / h
do for [p = 1:m] {
    unset label
    if (m > 1) { set title panels[p] offset 0, -0.6 }
    if ((p - 1) % columns == 0) { eval y_title("y_label") }
    if (p == m) {
        eval x_title("x_label", key_height + 8.0)
        do for [i = 1:n] {
            eval key_line(i, colour[i], dash[i])
            eval key_point(i, colour[i], marker[i], 0.75)
            eval key_text(i, sprintf("titles[%d]", i))
        }
        if (bounds) {
            eval key_low_point(n + 1, "#000000", 6, 0.6)
            eval key_arrow(n + 1, "#000000", 1)
            eval key_text(n + 1, "bound_name")
        }
    } else { if (p > m - columns) { eval x_title("x_label", (p > (rows - 1) * columns ? key_height + 8.0 : foot + each + 22)) } }
    plot for [i = 1:n] data index (p - 1) * n + i - 1 using 1:($5 == 1 ? NaN : $2) with lines \
        linecolor rgb colour[i] dashtype dash[i] linewidth 1.6, \
        for [i = 1:n] data index (p - 1) * n + i - 1 using 1:($5 == 1 ? NaN : $2):3:4 with yerrorbars \
        linecolor rgb colour[i] dashtype 1 linewidth 1.2 pointtype marker[i] pointsize 0.75, \
        for [i = 1:n] data index (p - 1) * n + i - 1 using 1:2:(0):($6 - $2) with vectors head filled \
        size screen bound_head / w, 20 linecolor rgb colour[i] linewidth 1.2, \
        for [i = 1:n] data index (p - 1) * n + i - 1 using 1:($5 == 1 ? $2 : NaN) with points \
        linecolor rgb colour[i] pointtype hollow(marker[i]) pointsize 0.75
}
unset multiplot
