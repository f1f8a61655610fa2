/// How a page looks, by day and by night.
enum PageStyle {
    static let css = """
        :root {
          color-scheme: light dark;
          --page: #ffffff; --ink: #1c2128; --soft: #59636e; --line: #d8dee4; --panel: #f6f8fa;
          --good: #1a7f37; --bad: #b42318; --mark: #b4231822;
          --c1: #0b62c4; --c2: #b35900; --c3: #a3246f; --c4: #6e7781;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #0f1419; --ink: #e4e8ec; --soft: #9aa5b1; --line: #2d353e; --panel: #181e25;
            --good: #4ac26b; --bad: #ff8a7a; --mark: #ff8a7a22;
            --c1: #6cb0ff; --c2: #f0a050; --c3: #ec86c0; --c4: #9aa4ae;
          }
        }
        body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 920px; margin: 0 auto; padding: 24px 20px 48px; }
        h1 { font-size: 24px; margin: 0; }
        h2 { font-size: 16px; margin: 28px 0 8px; }
        header p { margin: 6px 0; color: var(--soft); overflow-wrap: anywhere; }
        header .verdict { font-weight: 600; }
        header .good { color: var(--good); }
        header .bad { color: var(--bad); }
        header .date { font-size: 13px; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 10px; margin: 20px 0; }
        .tiles div { background: var(--panel); border-radius: 8px; padding: 10px 14px; }
        .tiles dt { color: var(--soft); font-size: 13px; }
        .tiles dd { margin: 0; font-size: 20px; font-weight: 600; overflow-wrap: anywhere; }
        .tiles small { font-size: 13px; font-weight: 400; white-space: nowrap; }
        figure { margin: 28px 0 0; }
        figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; font-weight: 600; }
        .legend { font-weight: 400; font-size: 13px; }
        .key { margin-left: 16px; white-space: nowrap; }
        .key::before {
          content: ""; display: inline-block; width: 18px; height: 3px; border-radius: 2px; margin-right: 6px;
          vertical-align: middle; background: var(--curve);
        }
        svg { display: block; width: 100%; height: auto; margin-top: 6px; }
        svg.narrow { display: none; }
        @media (max-width: 640px) {
          svg.wide { display: none; }
          svg.narrow { display: block; }
          main { padding: 16px 12px 32px; }
        }
        .key.marked::before { height: 12px; background: var(--mark); }
        .c1 { --curve: var(--c1); }
        .c2 { --curve: var(--c2); }
        .c3 { --curve: var(--c3); }
        .c4 { --curve: var(--c4); }
        .line { fill: none; stroke: var(--curve); stroke-width: 2; stroke-linejoin: round; }
        .area { fill: var(--curve); fill-opacity: 0.12; stroke: none; }
        .grid { stroke: var(--line); }
        .label, .title { fill: var(--soft); font-size: 12px; }
        .mark { fill: var(--mark); }
        .hover { fill: transparent; }
        .hover:hover { fill: var(--ink); fill-opacity: 0.08; }
        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); column-gap: 32px; }
        table { border-collapse: collapse; width: 100%; }
        th { text-align: left; font-weight: 400; color: var(--soft); white-space: nowrap; }
        td { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; padding-left: 16px; }
        th[scope=col]:not(:first-child) { text-align: right; padding-left: 16px; }
        .counts th { white-space: normal; overflow-wrap: anywhere; }
        .counts td { white-space: nowrap; }
        th, td { border-bottom: 1px solid var(--line); padding-top: 5px; padding-bottom: 5px; vertical-align: top; }
        li { overflow-wrap: anywhere; }
        """
}
