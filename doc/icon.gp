# SPDX-License-Identifier: GPL-2.0-or-later
# The thumbnail of the App Store: two cells, and a client on its way from one to the other.
#   gnuplot doc/icon.gp
set terminal pngcairo size 100,100 transparent
set output "doc/icon.png"
unset border
unset key
unset tics
set margins 0, 0, 0, 0
set size ratio -1
set xrange [0:100]
set yrange [0:100]
set style fill transparent solid 0.35 border
set object 1 circle at 34, 56 size 32 fillcolor rgb "#0072b2" linewidth 2
set object 2 circle at 66, 56 size 32 fillcolor rgb "#d55e00" linewidth 2
set object 3 circle at 34, 56 size 3 fillcolor rgb "#0072b2" fillstyle solid front
set object 4 circle at 66, 56 size 3 fillcolor rgb "#d55e00" fillstyle solid front
set arrow 1 from 12, 12 to 88, 12 head filled size 8, 25 linewidth 4 linecolor rgb "#404040"
set object 5 circle at 50, 12 size 7 fillcolor rgb "#404040" fillstyle solid front
plot NaN
