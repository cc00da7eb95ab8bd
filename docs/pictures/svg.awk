# SPDX-License-Identifier: GPL-2.0
# Draws a terminal's screen, as tmux capture-pane -e prints it, as SVG. Set columns and rows.
# Colours are the 16 of a terminal and the 256 of its cube and greys.

function two_hex(n)
{
	return sprintf("%02x", n)
}

function colour(n, level, c)
{
	if (n < 16)
		return basic[n]
	if (n >= 232) {
		c = two_hex(8 + (n - 232) * 10)
		return "#" c c c
	}
	n -= 16
	return "#" two_hex(cube[int(n / 36)]) two_hex(cube[int(n / 6) % 6]) two_hex(cube[n % 6])
}

function reset()
{
	fore = plain_fore
	back = plain_back
	bold = dim = reverse = underline = 0
}

function sgr(codes, list, n, i, code)
{
	n = split(codes == "" ? "0" : codes, list, ";")
	for (i = 1; i <= n; i++) {
		code = list[i] + 0
		if (code == 0) reset()
		else if (code == 1) bold = 1
		else if (code == 2) dim = 1
		else if (code == 4) underline = 1
		else if (code == 7) reverse = 1
		else if (code == 22) bold = dim = 0
		else if (code == 24) underline = 0
		else if (code == 27) reverse = 0
		else if (code >= 30 && code <= 37) fore = colour(code - 30)
		else if (code == 39) fore = plain_fore
		else if (code >= 40 && code <= 47) back = colour(code - 40)
		else if (code == 49) back = plain_back
		else if (code >= 90 && code <= 97) fore = colour(code - 82)
		else if (code >= 100 && code <= 107) back = colour(code - 92)
		else if ((code == 38 || code == 48) && list[i + 1] == 5) {
			if (code == 38) fore = colour(list[i + 2])
			else back = colour(list[i + 2])
			i += 2
		}
	}
}

# Characters of UTF-8 text: bytes, less those that continue one. awk may count either.
function characters(text)
{
	if (length("\303\251") == 2)
		gsub(/[\200-\277]/, "", text)
	return length(text)
}

function draw(text, n, x, fill, ground)
{
	n = characters(text)
	if (!n)
		return
	fill = reverse ? back : fore
	ground = reverse ? fore : back
	x = 8 + column * width
	if (ground != plain_back)
		printf "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n",
			x, 8 + (NR - 1) * height, n * width, height, ground
	column += n
	if (text ~ /^ *$/)
		return
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	printf "<text x=\"%.1f\" y=\"%.1f\" textLength=\"%.1f\" lengthAdjust=\"spacingAndGlyphs\" fill=\"%s\"%s%s%s>%s</text>\n",
		x, 8 + NR * height - 4, n * width, fill, bold ? " font-weight=\"bold\"" : "",
		dim ? " opacity=\"0.6\"" : "", underline ? " text-decoration=\"underline\"" : "", text
}

BEGIN {
	width = 8.4
	height = 17
	plain_fore = "#d4d4d4"
	plain_back = "#1e1e1e"
	split("#1e1e1e #e06c75 #98c379 #e5c07b #61afef #c678dd #56b6c2 #d4d4d4 " \
		"#7f848e #f07178 #b5e890 #ffd580 #82c0ff #d8a0f0 #7fd6e0 #ffffff", list, " ")
	for (i = 1; i <= 16; i++)
		basic[i - 1] = list[i]
	split("0 95 135 175 215 255", list, " ")
	for (i = 1; i <= 6; i++)
		cube[i - 1] = list[i]
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"14\" xml:space=\"preserve\">\n",
		columns * width + 16, rows * height + 16
	print "<!-- SPDX-License-Identifier: GPL-2.0 -->"
	printf "<rect width=\"100%%\" height=\"100%%\" rx=\"6\" fill=\"%s\"/>\n", plain_back
	reset()
}

{
	column = 0
	line = $0
	while (match(line, /\033\[[0-9;]*m/)) {
		draw(substr(line, 1, RSTART - 1))
		sgr(substr(line, RSTART + 2, RLENGTH - 3))
		line = substr(line, RSTART + RLENGTH)
	}
	gsub(/\033[()].|[\016\017]/, "", line)
	draw(line)
}

END {
	print "</svg>"
}
