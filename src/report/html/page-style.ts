/**
 * Style of the page: light and dark as the reader's system says, black on white in print. Areas have the colours of Okabe
 * and Ito, which people with any colour vision tell apart; use goes from pale to dark in one hue.
 */
export const pageStyle = `
:root{--bg:#fff;--fg:#1a1a1a;--faint:#5c5c5c;--edge:#d9d9d9;--card:#f6f6f6;--bad:#b3261e;--warn:#8a5a00;--good:#1b6e3c;
--c1:#0072b2;--c2:#e69f00;--c3:#009e73;--c4:#cc79a7;--c5:#56b4e9;--c6:#d55e00;--c7:#f0e442;--c8:#999;
--u0:#e9eef3;--u1:#b9d3ea;--u2:#7fb0d8;--u3:#2f72ab;--u4:#0b4a82;--ulight:#fff;--udark:#123}
@media (prefers-color-scheme:dark){:root{--bg:#141619;--fg:#ececec;--faint:#a8a8a8;--edge:#3a3d42;--card:#1e2125;--bad:#ff8a80;--warn:#ffc861;--good:#7bd69b;
--u0:#2a2e34;--u1:#234767;--u2:#2d6596;--u3:#4f9ad4;--u4:#a9d4fa;--ulight:#123;--udark:#fff}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif}
main{max-width:68rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.6rem;margin:0}h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--edge)}h3{font-size:1rem;margin:1rem 0 .3rem}
.facts,.keys,small,caption{color:var(--faint)}.keys{font-size:.9rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.8rem;list-style:none;padding:0;margin:1rem 0}
.tiles li{background:var(--card);border:1px solid var(--edge);border-radius:.5rem;padding:.7rem .9rem;display:grid}
.tiles strong{font-size:1.5rem;line-height:1.3}.tiles .bad strong,.tiles .bad small{color:var(--bad)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}caption{text-align:left;padding:.2rem 0;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .9rem .35rem 0;border-bottom:1px solid var(--edge)}tbody th{font-weight:600}
td,tbody th{overflow-wrap:anywhere;white-space:pre-line}tbody th{min-width:8rem}td:not(.n){min-width:9rem}td:last-child:not(.n){min-width:16rem}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
article{border-left:.3rem solid var(--faint);padding:.1rem .9rem;margin:.8rem 0;background:var(--card)}article h3{margin:.4rem 0}article p{margin:.3rem 0}
article.error{border-color:var(--bad)}article.warning{border-color:var(--warn)}code{font-size:.85rem;color:var(--faint)}
figure{margin:0}svg{width:100%;height:auto;display:block}.grid{stroke:var(--edge);stroke-width:1}
.tick{fill:var(--faint);font-size:12px}.tick.y{text-anchor:end;dominant-baseline:middle}.tick.x{text-anchor:middle}
.line{fill:none;stroke:var(--fg);stroke-width:2;stroke-dasharray:5 3}
.key{display:inline-flex;align-items:center;gap:.4rem;margin-right:1rem;font-size:.9rem}.key i{width:.9rem;height:.9rem;border-radius:.15rem;border:1px solid var(--edge)}
.key{vertical-align:middle}.key .dash{height:0;border:0;border-top:2px dashed var(--fg);border-radius:0}
.cells{display:flex;flex-wrap:wrap;gap:3px;list-style:none;padding:0;margin:0}
.cells li{min-width:2.6rem;text-align:center;font-size:.75rem;line-height:1.5rem;border-radius:.2rem;font-variant-numeric:tabular-nums}
.bar{display:flex;height:1.8rem;border-radius:.3rem;overflow:hidden;font-size:.8rem;line-height:1.8rem;text-align:center}.bar span{min-width:2px;overflow:hidden}
.u0{background:var(--u0);color:var(--udark)}.u1{background:var(--u1);color:var(--udark)}.u2{background:var(--u2);color:var(--udark)}.u3{background:var(--u3);color:var(--ulight)}.u4{background:var(--u4);color:var(--ulight)}
@media print{:root{--bg:#fff;--fg:#000;--card:#fff}main{max-width:none;padding:0}section{break-inside:avoid-page}details>*{display:block}.cells li,.bar span,.key i,path{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`
